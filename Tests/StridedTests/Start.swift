// StridedTests
