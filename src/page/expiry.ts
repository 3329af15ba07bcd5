/** In a file alone: shows that it is too old, by the clock of the device. */
const notice = document.getElementById('expired');
if (notice) notice.hidden = new Date().toISOString().slice(0, 10) <= EXPIRES;
