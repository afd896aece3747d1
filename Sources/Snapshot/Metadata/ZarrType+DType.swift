internal import Strided

extension ZarrType {
  /// The type of an element, if Zarr has it.
  init?(_ dtype: DType) {
    // The names of both are NumPy's.
    self.init(rawValue: dtype.description)
  }
}
