/// Which neighbours a halo update reaches, named after the stencil that needs them.
///
/// The names are PETSc's (`DMDA_STENCIL_STAR`, `DMDA_STENCIL_BOX`).
public enum Stencil: String, Hashable, Sendable, CaseIterable {
  /// Neighbours across faces only; edges and corners of the halo stay as they were.
  case star
  /// Neighbours across faces, edges and corners: the whole halo.
  case box
}
