internal import HTTPSemantics
internal import ImageStructure
internal import Posix
public import Storage

/// A picture on its way in: inspected as its bytes arrive, and written where nobody can see it.
///
/// For one task: calls do not overlap.
public final class IncomingPicture {
  /// Bytes that are gathered before they are looked at and written.
  private static let gatherLimit = 131_072
  /// Fewer bytes than this are copied to those before them.
  private static let smallPiece = 4_096

  /// The name that the uploader calls it.
  public let originalName: String
  private let pictures: Pictures
  private let inspector: PictureInspector
  private var writer: (any PictureWriter)?
  /// What came and was not yet looked at.
  private var gathered: [ArraySlice<UInt8>] = []
  private var gatheredBytes = 0

  init(_ name: FileName, _ pictures: Pictures) {
    originalName = name.text
    self.pictures = pictures
    inspector = pictures.inspector(fileExtension: name.pathExtension, isCleaned: true)
  }

  /// Keeps the next bytes for `acceptGathered`, without looking at them.
  /// - Returns: whether there are enough of them to go on with.
  public func gather(_ bytes: ArraySlice<UInt8>) -> Bool {
    // Many small pieces must not keep as many buffers.
    if bytes.count < Self.smallPiece, var last = gathered.popLast() {
      last.append(contentsOf: bytes)
      gathered.append(last)
    } else {
      gathered.append(bytes)
    }
    gatheredBytes += bytes.count
    return gatheredBytes >= Self.gatherLimit
  }

  /// Takes the bytes that were gathered. A refusal is remembered: the rest is counted and thrown away.
  public nonisolated(nonsending) func acceptGathered() async {
    guard !gathered.isEmpty else { return }
    let (pieces, inspector) = (takeGathered(), self.inspector)
    do throws(StorageError) {
      await (try begun()).update { content in
        for piece in pieces { inspector.accept(piece.span, into: content) }
      }
    } catch {
      inspector.fail(error)
    }
  }

  private func takeGathered() -> [ArraySlice<UInt8>] {
    defer {
      gathered = []
      gatheredBytes = 0
    }
    return gathered
  }

  private nonisolated(nonsending) func begun() async throws(StorageError) -> any PictureWriter {
    if let writer { return writer }
    let writer = try await pictures.catalog.pictureWriter()
    self.writer = writer
    return writer
  }

  /// Gives up: nothing of it stays.
  public nonisolated(nonsending) func discard() async {
    _ = takeGathered()
    await writer?.discard()
    writer = nil
  }

  /// Publishes the picture under a new name.
  /// - Parameter uploader: the address that it came from.
  /// - Throws: why it is not stored; nothing of it is left then.
  public nonisolated(nonsending) func publish(
    _ options: PictureOptions, from uploader: String? = nil
  ) async throws(StorageError) -> PictureMetadata {
    let writer: any PictureWriter
    do throws(StorageError) { writer = try await begun() } catch {
      await discard()
      throw error
    }
    self.writer = nil
    let (pieces, inspector, name) = (takeGathered(), self.inspector, originalName)
    let visibility = pictures.visibility(asked: options.visibility)
    // In one step with the last bytes: a small picture takes one.
    return try await writer.publish { (content) throws(StorageError) in
      for piece in pieces { inspector.accept(piece.span, into: content) }
      let inspected = try inspector.clean(content, keepingMetadata: options.keepsMetadata)
      return try Self.metadata(inspected, originalName: name, visibility, options, uploader)
    }
  }

  private static func metadata(
    _ inspected: PictureInspector.Inspected, originalName: String, _ visibility: PictureMetadata.Visibility,
    _ options: PictureOptions, _ uploader: String?
  ) throws(StorageError) -> PictureMetadata {
    let (now, structure) = (Clock.now(), inspected.structure)
    guard let name = NewName.make(at: now, structure.kind) else {
      throw .io(.invalidArgument, context: "naming a picture")
    }
    return PictureMetadata(
      name: name, originalName: originalName, mediaType: structure.kind.mediaType, width: structure.shownSize.width,
      height: structure.shownSize.height, content: inspected.digests, uploadedAt: now, visibility: visibility,
      expiresAt: options.lifetime.map { Timestamp(seconds: now.seconds + $0, nanoseconds: now.nanoseconds) },
      uploader: uploader)
  }
}
