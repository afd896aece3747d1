// MPITesting
