/// A stretch of the bytes that are stored in place of the ones uploaded.
public enum StoredPiece: Sendable, Equatable {
  /// These bytes of the original, by offset.
  case original(Range<UInt64>)
  /// These bytes, which the original does not have.
  case inserted([UInt8])

  /// Length in bytes.
  public var count: UInt64 {
    switch self {
    case .original(let range): range.upperBound - range.lowerBound
    case .inserted(let bytes): UInt64(bytes.count)
    }
  }
}

extension ImageStructure {
  /// The edits to carry out.
  ///
  /// - Parameter keepingMetadata: true where the uploader wants the private metadata kept: only stray bytes go then, and
  ///   an index of images that go.
  public func edits(keepingMetadata: Bool) -> [MetadataEdit] {
    guard keepingMetadata else { return edits }
    return edits.filter { edit in
      switch edit.content {
      case .metadata: false
      case .imageIndex: furtherImagesEnd == nil
      case .stray: true
      }
    }
  }

  /// Offset just behind what is to be stored. Further images are metadata of the first.
  ///
  /// - Parameter keepingMetadata: as for `edits(keepingMetadata:)`.
  public func end(keepingMetadata: Bool) -> UInt64 {
    keepingMetadata ? furtherImagesEnd ?? end : end
  }

  /// The image that is to be stored, as the pieces that make it up in order. Bytes behind its end are never
  /// among them, and no pixel is encoded anew. Without anything to take out, it is one piece of the original.
  ///
  /// - Parameter keepingMetadata: as for `edits(keepingMetadata:)`.
  public func pieces(keepingMetadata: Bool) -> [StoredPiece] {
    var pieces: [StoredPiece] = []
    var position: UInt64 = 0
    for edit in edits(keepingMetadata: keepingMetadata) {
      if position < edit.range.lowerBound { pieces.append(.original(position..<edit.range.lowerBound)) }
      if !edit.replacement.isEmpty { pieces.append(.inserted(edit.replacement)) }
      position = edit.range.upperBound
    }
    let end = end(keepingMetadata: keepingMetadata)
    if position < end { pieces.append(.original(position..<end)) }
    return pieces
  }
}
