// Halo
