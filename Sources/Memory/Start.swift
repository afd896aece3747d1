// Memory
