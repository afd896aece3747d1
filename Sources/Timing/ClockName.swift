/// The names of the clocks that staging scopes and halo plans keep, and that a ``TimingReport`` looks for.
package enum ClockName {
  package static let pack = "pack"
  package static let send = "send"
  package static let wrap = "wrap"
  package static let wait = "wait"
  package static let unpack = "unpack"
  package static let transfer = "transfer"
  package static let interior = "interior"
  package static let boundary = "boundary"
}
