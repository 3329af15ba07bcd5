/** What Decap CMS says, where its own words would mislead: here nothing is published, it is saved in a file. */
export const phrases = {
  collection: {
    sidebar: { collections: 'What to edit' },
    collectionTop: { newButton: '+ %{collectionLabel}' },
  },
  editor: {
    editor: { onDeletePublishedEntry: 'Delete this? It leaves the page, and its file goes.' },
    editorToolbar: {
      backCollection: '%{collectionLabel}',
      publish: 'Save',
      publishing: 'Saving …',
      published: 'Saved',
      publishNow: 'Save',
      publishAndCreateNew: 'Save and write another',
      publishAndDuplicate: 'Save and copy',
      deletePublishedEntry: 'Delete',
      unsavedChanges: 'Not saved yet',
      changesSaved: 'As in the file',
      deployButtonLabel: 'Open the page',
    },
  },
  ui: {
    toast: {
      entrySaved: 'Saved',
      onFailToPersist: 'Not saved: %{details}',
      missingRequiredField: 'Not saved: a field that is marked red is still empty.',
    },
  },
};
