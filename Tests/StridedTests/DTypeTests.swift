import ComplexModule
import Strided
import Testing

struct Particle: BitwiseCopyable, ArrayElement, Equatable {
  var position: Double
  var charge: Int32
}

@Suite struct DTypeTests {
  @Test func namesAndSizesAreNumPys() {
    let expected: [(DType, String, Int)] = [
      (.int8, "int8", 1), (.int16, "int16", 2), (.int32, "int32", 4), (.int64, "int64", 8),
      (.int128, "int128", 16), (.uint8, "uint8", 1), (.uint16, "uint16", 2), (.uint32, "uint32", 4),
      (.uint64, "uint64", 8), (.uint128, "uint128", 16), (.bool, "bool", 1), (.float16, "float16", 2),
      (.float32, "float32", 4), (.float64, "float64", 8), (.complex32, "complex32", 4),
      (.complex64, "complex64", 8), (.complex128, "complex128", 16),
    ]
    for (dtype, name, size) in expected {
      #expect(dtype.description == name)
      #expect(dtype.size == size)
    }
    #expect(Set(expected.map(\.0)).count == expected.count)
  }

  @Test func equalDescriptionsAreEqualValues() {
    #expect(DType(of: Int.self) == .int64 && Int.dtype == .int64 && Int64.dtype == .int64)
    #expect(DType(of: UInt.self) == .uint64 && UInt.dtype == .uint64)
    #expect(DType(of: Double.self) == .float64 && Double.dtype == .float64)
    #expect(Int.dtype.hashValue == Int64.dtype.hashValue)
    #expect(Complex<Double>.dtype == .complex128 && Complex<Float>.dtype == .complex64)
    #expect(Complex<Float16>.dtype == .complex32)
    #expect(Bool.dtype == .bool && Float16.dtype == .float16 && Float.dtype == .float32)
    #expect(Int128.dtype == .int128 && UInt128.dtype == .uint128)
    #expect(DType.int64 != .uint64 && DType.int64 != .float64)
  }

  @Test func aStructIsDescribedByItsStride() {
    #expect(Particle.dtype.description == "Particle")
    #expect(Particle.dtype.size == 16 && Particle.dtype.alignment == 8)
    #expect(Particle.dtype == DType(of: Particle.self))
    #expect(DType.complex128.alignment == 8)
  }
}
