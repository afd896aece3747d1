// MPITests
