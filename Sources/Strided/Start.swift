// Strided
