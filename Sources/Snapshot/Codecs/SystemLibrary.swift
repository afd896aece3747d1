internal import Glibc

/// A library of the system that is looked for when the program runs.
@safe
struct SystemLibrary: @unchecked Sendable {
  private let handle: UnsafeMutableRawPointer

  /// `nil` if it is not installed.
  init?(_ file: String) {
    guard let handle = unsafe dlopen(file, RTLD_NOW | RTLD_LOCAL) else { return nil }
    unsafe self.handle = unsafe handle
  }

  /// The address of a function, or `nil` if the library has none of that name.
  func function(_ name: String) -> Function? {
    unsafe dlsym(handle, name).map { unsafe Function(address: $0) }
  }

  /// The address of a function, good as long as the program runs.
  @safe
  struct Function: @unchecked Sendable {
    let address: UnsafeRawPointer

    @unsafe
    init(address: UnsafeRawPointer) { unsafe self.address = address }
  }
}

extension SystemLibrary.Function {
  @unsafe
  init(address: UnsafeMutableRawPointer) { unsafe self.init(address: UnsafeRawPointer(address)) }
}
