internal import HTTPSemantics
internal import ImageStructure
internal import LocalStorage
internal import Magic
internal import PictureValidation
internal import Posix
internal import Storage
internal import Synchronization
internal import WebService

/// A picture on its way in: written to a file without a name, and inspected as its bytes arrive.
///
/// Its functions may wait for the disk; they are called one after the other, from threads that may.
final class IncomingPicture: Sendable {
  /// Bytes that are gathered before they are looked at and written.
  private static let gatherLimit = 131_072
  /// Fewer bytes than this are copied to those before them.
  private static let smallPiece = 4_096

  private struct State: ~Copyable {
    var file: StagedFile?
    var validator: PictureValidator
    /// What came and was not yet looked at.
    var gathered: [ArraySlice<UInt8>] = []
    var gatheredBytes = 0
    /// Digests of what was written, as long as it is what will be stored.
    var digester: ContentDigester? = ContentDigester()
    /// What the store could not do.
    var failure: Problem?

    /// The size decides, whatever else is wrong.
    var problem: Problem? {
      validator.problem?.code == .tooLarge ? validator.problem : failure ?? validator.problem
    }
  }

  /// The name that the uploader calls it.
  let originalName: String
  private let store: any PictureStore
  private let state: Mutex<State>

  init(originalName: String, limits: PictureLimits, magic: MagicDatabase, store: any PictureStore) {
    let name = FileName(clientSupplied: originalName)
    self.originalName = name.text
    self.store = store
    state = Mutex(
      State(validator: PictureValidator(fileExtension: name.pathExtension, limits: limits, magic: magic)))
  }

  /// Keeps the next bytes for `acceptGathered`, without looking at them: the one function for threads that must not wait.
  /// - Returns: whether there are enough of them to go on with.
  func gather(_ bytes: ArraySlice<UInt8>) -> Bool {
    state.withLock { state in
      // Many small pieces must not keep as many buffers.
      if bytes.count < Self.smallPiece, var last = state.gathered.popLast() {
        last.append(contentsOf: bytes)
        state.gathered.append(last)
      } else {
        state.gathered.append(bytes)
      }
      state.gatheredBytes += bytes.count
      return state.gatheredBytes >= Self.gatherLimit
    }
  }

  /// Takes the bytes that were gathered. A refusal is remembered: the rest is counted and thrown away.
  func acceptGathered() {
    state.withLock { acceptGathered(&$0) }
  }

  private func acceptGathered(_ state: inout State) {
    for bytes in state.gathered { accept(bytes, &state) }
    state.gathered.removeAll(keepingCapacity: true)
    state.gatheredBytes = 0
  }

  private func accept(_ bytes: ArraySlice<UInt8>, _ state: inout State) {
    guard !bytes.isEmpty else { return }
    state.validator.consume(bytes)
    if state.problem == nil {
      do throws(StoreError) {
        if state.file == nil { state.file = try store.stage() }
        try state.file?.write(bytes.span)
        if state.validator.hasEdits { state.digester = nil }
        state.digester?.update(bytes.span)
      } catch {
        state.failure = Problem(store: error)
      }
    }
    // Its space on the disk is free again at once.
    if state.problem != nil { state.file = nil }
  }

  /// Gives up: nothing of it stays.
  func discard() {
    state.withLock { state in
      state.file = nil
      state.gathered = []
      state.gatheredBytes = 0
    }
  }

  /// Publishes the picture under a new name.
  /// - Parameter uploader: the address that it came from.
  /// - Throws: why it is refused; nothing of it is left then.
  func publish(_ options: UploadOptions, from uploader: String? = nil) throws(Problem) -> PictureMetadata {
    try state.withLock { (state) throws(Problem) in
      defer { state.file = nil }
      acceptGathered(&state)
      if let problem = state.problem { throw problem }
      let found = try state.validator.finish()
      guard var file = state.file.take() else { throw Problem(.internalError, context: "no staged file") }
      do throws(StoreError) {
        let structure = try examined(found, file)
        try file.truncate(to: structure.end(keepingMetadata: options.keepsMetadata))
        try file.apply(
          structure.edits(keepingMetadata: options.keepsMetadata).map {
            ByteEdit(range: $0.range, replacement: $0.replacement)
          })
        let facts = try facts(structure, try digests(of: file, &state), options, uploader)
        try store.publish(file, facts)
        return facts
      } catch {
        throw Problem(store: error)
      }
    }
  }

  /// Looks more closely at a picture in which something may stand behind the last code of its data.
  private func examined(
    _ structure: ImageStructure, _ file: borrowing StagedFile
  ) throws(StoreError) -> ImageStructure {
    guard structure.isTailOdd else { return structure }
    var parser = ImageStructureParser(maximumPixels: .max, followsScans: true)
    var buffer = [UInt8](repeating: 0, count: Self.gatherLimit)
    var position: UInt64 = 0
    while true {
      let count = try file.read(into: &buffer, at: position)
      guard count > 0 else { break }
      do throws(ImageStructureError) { try parser.consume(buffer[..<count]) } catch { return structure }
      position += UInt64(count)
    }
    do throws(ImageStructureError) { return try parser.finish() } catch { return structure }
  }

  /// The digests of the file as it is to be stored: those of what came, if nothing of it was changed.
  private func digests(of file: borrowing StagedFile, _ state: inout State) throws(StoreError) -> ContentDigests {
    if let digests = state.digester.take()?.finalize(), digests.size == file.size {
      return digests
    }
    return try file.digests()
  }

  private func facts(
    _ structure: ImageStructure, _ digests: ContentDigests, _ options: UploadOptions, _ uploader: String?
  ) throws(StoreError) -> PictureMetadata {
    let now = Clock.now()
    guard let name = NewName.make(at: now, structure.kind) else { throw .notFound }
    return PictureMetadata(
      name: name, originalName: originalName, mediaType: structure.kind.mediaType, width: structure.shownSize.width,
      height: structure.shownSize.height, content: digests, uploadedAt: now, visibility: options.visibility,
      expiresAt: options.lifetime.map { Timestamp(seconds: now.seconds + $0, nanoseconds: now.nanoseconds) },
      uploader: uploader)
  }
}
