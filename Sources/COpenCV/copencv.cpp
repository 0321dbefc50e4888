// Filled in with the wrapper.
