// HaloTests
