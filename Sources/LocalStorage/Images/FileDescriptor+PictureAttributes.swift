internal import Storage
internal import DurableFiles
internal import Posix

extension FileDescriptor {
  /// The metadata that the file carries; nil if it has none that can be read.
  func recordedMetadata() throws(Errno) -> PictureAttributes? {
    guard
      let encoded = try attribute(PictureAttributes.metadataAttribute),
      let originalName = try attribute(PictureAttributes.nameAttribute)
    else { return nil }
    return PictureAttributes(encoded, originalName: String(decoding: originalName, as: UTF8.self))
  }

  /// Whether the file carries metadata that this version of the program cannot read.
  func hasMetadataOfAnotherVersion() throws(Errno) -> Bool {
    guard try recordedMetadata() == nil else { return false }
    return try attribute(PictureAttributes.metadataAttribute) != nil
  }

  /// Makes the file carry the metadata.
  func record(_ metadata: PictureAttributes) throws(StorageError) {
    guard metadata.originalName.utf8.count <= PictureAttributes.nameLimit,
      !metadata.mediaType.utf8.contains(UInt8(ascii: "\n"))
    else {
      throw .io(.invalidArgument, context: "metadata that cannot be recorded")
    }
    do throws(Errno) {
      try setAttribute(PictureAttributes.nameAttribute, to: Array(metadata.originalName.utf8))
      // Last: it is what tells that all of them are there.
      try setAttribute(PictureAttributes.metadataAttribute, to: metadata.encoded)
    } catch .notSupported {
      throw .attributesUnsupported
    } catch {
      throw StorageError(error, "recording metadata")
    }
  }
}
