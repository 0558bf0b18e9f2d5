extension StorageError {
  /// Whether the storage failed, so that it is not known how much of a change was made; otherwise it did what it was asked
  /// to as far as that is possible, and nothing was changed.
  public var isOfStorage: Bool {
    switch self {
    case .full, .attributesUnsupported, .unavailable, .io, .index: true
    default: false
    }
  }

  /// Whether it is about the one file that was looked at, and not about what the system lacks at the moment.
  public var isAboutOneFile: Bool { if case .io = self { true } else { false } }
}
