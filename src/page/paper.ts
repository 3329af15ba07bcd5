/** Opens the print dialog; without it a sheet is printed from the browser's menu. */
const button = document.getElementById('print');
if (button) {
  button.hidden = false;
  button.onclick = () => {
    print();
  };
}
