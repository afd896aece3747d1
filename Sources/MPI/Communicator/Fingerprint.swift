extension [UInt8] {
  /// The 64-bit FNV-1a hash (RFC 9923): the same in all processes, unlike the standard library's.
  package var fnv1a: UInt64 {
    reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
  }
}
