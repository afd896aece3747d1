extension Device {
  /// Makes the device's context the calling thread's own: for many calls of the driver, which then need not each, and for
  /// a library that is handed the device's memory and looks for it there, such as MPI.
  ///
  /// - Returns: What the thread had, to be given back by ``restoreContext(_:)`` on the same thread.
  package func makeContextCurrent() throws(DeviceError) -> DeviceContext { try driver.makeContextCurrent() }

  /// Gives the calling thread back the context that it had.
  package func restoreContext(_ context: DeviceContext) { driver.restoreContext(context) }
}

/// The context of a thread; none of OpenCL, which has no such thing.
package struct DeviceContext {
  let handle: DriverHandle
}
