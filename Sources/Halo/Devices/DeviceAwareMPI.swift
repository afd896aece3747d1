import Glibc
import MPI
import Memory

/// Whether MPI can be handed addresses of a device's memory.
///
/// One that cannot reads them as the processor's, and the process ends: so it is never tried out, but asked for. Open
/// MPI answers by `MPIX_Query_cuda_support` and `MPIX_Query_rocm_support`; the environment variable
/// `HALO_MPI_GPU_AWARE`, 0 or 1, answers for libraries that cannot be asked.
enum DeviceAwareMPI {
  private static let variable = "HALO_MPI_GPU_AWARE"

  /// What the user says; `nil` if nothing.
  private static var answer: String? {
    guard let text = unsafe getenv(variable) else { return nil }
    let answer = unsafe String(cString: text)
    return answer.isEmpty ? nil : answer
  }

  /// Refuses what the environment variable cannot mean.
  static func checkEnvironment(on rank: Int) throws(HaloError) {
    guard let answer, answer != "0", answer != "1" else { return }
    throw .fieldMismatch(
      FieldMismatch(
        rank: rank, peer: nil, field: "plan", property: variable, expected: "0 or 1", found: answer,
        advice: "say 1 if the MPI library can be handed addresses of a device's memory"))
  }

  /// Whether the messages of a communicator can come from a device's memory and go to it.
  static func carriesMemory(of device: Device, over communicator: Communicator) -> Bool {
    // An OpenCL device's memory has no address.
    guard device.interface != .opencl, !communicator.isWithinProcess, !communicator.isSilent else {
      return false
    }
    if let answer { return answer == "1" }
    let name = device.interface == .cuda ? "MPIX_Query_cuda_support" : "MPIX_Query_rocm_support"
    guard let symbol = unsafe dlsym(UnsafeMutableRawPointer(bitPattern: 0), name) else { return false }
    typealias Query = @convention(c) () -> Int32
    return unsafe unsafeBitCast(symbol, to: Query.self)() == 1
  }
}
