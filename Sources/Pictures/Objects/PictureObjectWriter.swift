internal import HTTPSemantics
internal import ImageStructure
internal import Storage

/// A picture on its way in by a put. Its name is the sender's, and its bytes are stored as they came.
final class PictureObjectWriter: ObjectWriter {
  private let name: StoredName
  private let pictures: Pictures
  private let writer: any PictureWriter
  private let inspector: PictureInspector

  init(_ name: StoredName, _ pictures: Pictures, _ writer: any PictureWriter) {
    self.name = name
    self.pictures = pictures
    self.writer = writer
    inspector = pictures.inspector(fileExtension: name.pathExtension, isCleaned: false)
  }

  var sizeLimit: UInt64? { pictures.limits.bytes }

  nonisolated(nonsending) func update<Value: Sendable, Failure: Error>(
    _ step: @escaping @Sendable (any StagedContent) throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    let inspector = self.inspector
    return try await writer.update { (content) throws(Failure) in
      try step(InspectedContent(content, inspector))
    }
  }

  nonisolated(nonsending) func commit(
    _ metadata: ObjectMetadata, if precondition: Precondition
  ) async throws(StorageError) -> ObjectMetadata {
    do throws(StorageError) {
      guard metadata.storageClass == nil else { throw .refused(.storageClass) }
      if !precondition.isEmpty { try await check(precondition) }
      let inspected = try await inspect()
      var object = metadata
      object.contentType = inspected.structure.kind.mediaType
      object.acl = "public-read"
      try await writer.publish(picture(inspected, object), object: object)
      return metadata
    } catch {
      await discard()
      throw error
    }
  }

  private nonisolated(nonsending) func check(_ precondition: Precondition) async throws(StorageError) {
    let existing = try await pictures.objectMetadata(of: name)
    try precondition.check(existing)
    guard existing == nil else { throw .objectExists }
  }

  private nonisolated(nonsending) func inspect() async throws(StorageError) -> PictureInspector.Inspected {
    let (inspector, name) = (self.inspector, self.name)
    do throws(StorageError) {
      return try await writer.update { (content) throws(StorageError) in
        let inspected = try inspector.finish(content)
        let kind = inspected.structure.kind
        // The name cannot be mended, and nginx tells the type of the file by it.
        guard ImageKind.named(byExtension: name.pathExtension) == kind else {
          throw .refused(.fileExtension(of: kind.mediaType))
        }
        return inspected
      }
    } catch {
      // That the name is taken decides, whatever else is wrong.
      guard case .refused = error, try await pictures.metadata(of: name) != nil else { throw error }
      throw .objectExists
    }
  }

  private func picture(_ inspected: PictureInspector.Inspected, _ object: ObjectMetadata) -> PictureMetadata {
    var content = inspected.digests
    content.md5 = Hexadecimal.decode(object.etag.utf8)
    let size = inspected.structure.shownSize
    return PictureMetadata(
      name: name, originalName: name.text, mediaType: object.contentType, width: size.width, height: size.height,
      content: content, uploadedAt: object.modified, visibility: pictures.visibility(asked: .public))
  }

  nonisolated(nonsending) func discard() async {
    await writer.discard()
  }
}

/// The content of a picture that is put, which is looked at as it is appended. What is refused takes up no space, but is
/// counted: the answer follows once all of it has come.
private final class InspectedContent: StagedContent {
  private let content: any StagedContent
  private let inspector: PictureInspector

  init(_ content: any StagedContent, _ inspector: PictureInspector) {
    self.content = content
    self.inspector = inspector
  }

  var size: UInt64 { inspector.size }

  func append(_ bytes: Span<UInt8>) throws(StorageError) {
    inspector.accept(bytes, into: content)
  }

  func append(_ chunk: Chunk) throws(StorageError) {
    switch chunk {
    case .bytes(let bytes): inspector.accept(bytes.span, into: content)
    case .late: break
    case .file:
      // The blocks may be shared with the file that they come from; what has come to stand here is what counts.
      let start = content.size
      try content.append(chunk)
      inspector.review(content, from: start)
    }
  }

  func read(into buffer: inout [UInt8], at offset: UInt64) throws(StorageError) -> Int {
    try content.read(into: &buffer, at: offset)
  }

  func truncate(to length: UInt64) throws(StorageError) { throw Self.isFinal }
  func apply(_ edits: [ByteEdit]) throws(StorageError) { throw Self.isFinal }
  func removeAll() { content.removeAll() }

  private static let isFinal = StorageError.notAllowed("What is put as a picture is stored as it comes.")
}
