internal import ImageStructure
internal import Magic
internal import Storage
internal import Synchronization

/// Inspects and digests a picture while its bytes are written, where the writer runs its steps.
final class PictureInspector: Sendable {
  private struct State: ~Copyable {
    var validator: PictureValidator
    /// Digests of what was written, as long as it is what will be stored.
    var digester: ContentDigester? = ContentDigester()
    /// What the storage could not do.
    var failure: StorageError?

    /// The size decides, whatever else is wrong.
    var error: StorageError? {
      guard let refusal = validator.refusal else { return failure }
      if case .tooLarge = refusal { return .refused(.picture(refusal)) }
      return failure ?? .refused(.picture(refusal))
    }

    func structure() throws(StorageError) -> ImageStructure {
      if let error { throw error }
      return try validator.finish()
    }

    /// Those of what came, if nothing of it was changed.
    mutating func digests(of content: any StagedContent) throws(StorageError) -> ContentDigests {
      if let digests = digester.take()?.finalize(), digests.size == content.size { return digests }
      return try content.digests()
    }
  }

  /// A picture that has come whole.
  struct Inspected: Sendable {
    var structure: ImageStructure
    var digests: ContentDigests
  }

  private let isCleaned: Bool
  private let state: Mutex<State>

  /// - Parameters:
  ///   - fileExtension: what the name ends in, without the dot.
  ///   - isCleaned: whether `clean` is going to take out of it what is no part of the picture.
  init(fileExtension: String, limits: PictureLimits, magic: MagicDatabase, isCleaned: Bool) {
    self.isCleaned = isCleaned
    state = Mutex(State(validator: PictureValidator(fileExtension: fileExtension, limits: limits, magic: magic)))
  }

  /// Bytes that came.
  var size: UInt64 { state.withLock { $0.validator.size } }

  /// Looks at the next bytes and appends them. A refusal, or a failure, is remembered: the rest is counted and thrown away,
  /// and the space of what came before is free again at once.
  func accept(_ bytes: Span<UInt8>, into content: any StagedContent) {
    guard !bytes.isEmpty else { return }
    state.withLock { state in
      state.validator.consume(bytes)
      if state.error == nil {
        do throws(StorageError) { try content.append(bytes) } catch { state.failure = error }
        if isCleaned, state.validator.hasEdits { state.digester = nil }
        state.digester?.update(bytes)
      }
      if state.error != nil { content.removeAll() }
    }
  }

  /// Looks at bytes that were appended without having been seen here, from a place on.
  func review(_ content: any StagedContent, from start: UInt64) {
    state.withLock { state in
      do throws(StorageError) {
        try content.forEachPiece(from: start) { (piece) throws(StorageError) in
          state.validator.consume(piece)
          state.digester?.update(piece.span)
        }
      } catch {
        state.failure = error
      }
      if state.error != nil { content.removeAll() }
    }
  }

  /// Remembers that something failed on the way.
  func fail(_ error: StorageError) {
    state.withLock { $0.failure = $0.failure ?? error }
  }

  /// Ends a picture that is stored as it came.
  /// - Throws: why it is not to be stored.
  func finish(_ content: any StagedContent) throws(StorageError) -> Inspected {
    try state.withLock { (state) throws(StorageError) in
      let structure = try state.structure()
      return Inspected(structure: structure, digests: try state.digests(of: content))
    }
  }

  /// Ends a picture, and takes out of the content what is no part of it; private metadata, too, unless it is to be kept.
  /// - Throws: why it is not to be stored.
  func clean(_ content: any StagedContent, keepingMetadata: Bool) throws(StorageError) -> Inspected {
    try state.withLock { (state) throws(StorageError) in
      let structure = try Self.examined(try state.structure(), content)
      let edits = structure.edits(keepingMetadata: keepingMetadata)
      try content.truncate(to: structure.end(keepingMetadata: keepingMetadata))
      try content.apply(edits.map { ByteEdit(range: $0.range, replacement: $0.replacement) })
      return Inspected(structure: structure, digests: try state.digests(of: content))
    }
  }

  /// Looks more closely at a picture in which something may stand behind the last code of its data.
  private static func examined(
    _ structure: ImageStructure, _ content: any StagedContent
  ) throws(StorageError) -> ImageStructure {
    guard structure.isTailOdd else { return structure }
    var parser = ImageStructureParser(maximumPixels: .max, followsScans: true)
    var isReadable = true
    try content.forEachPiece(from: 0) { (piece) throws(StorageError) in
      guard isReadable else { return }
      do throws(ImageStructureError) { try parser.consume(piece) } catch { isReadable = false }
    }
    guard isReadable else { return structure }
    do throws(ImageStructureError) { return try parser.finish() } catch { return structure }
  }
}
