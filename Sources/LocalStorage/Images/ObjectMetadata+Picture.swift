internal import DurableFiles
internal import HTTPSemantics
public import Posix
public import Storage

/// A picture as an object: what the picture's own metadata tell, and what the put that brought it said besides.
extension ObjectMetadata {
  /// The metadata of a picture that came by an upload.
  /// - Parameter md5: of its bytes, 16 bytes.
  init(ofPicture picture: PictureMetadata, md5: [UInt8]) {
    self.init(
      etag: Hexadecimal.encode(md5), size: picture.content.size, modified: picture.uploadedAt,
      contentType: picture.mediaType, owner: "")
    crc32 = picture.content.crc32
  }

  /// With what the put said that brought the picture, if a put did; its file is open.
  /// - Throws: where it is not known whether a put did.
  public func completed(from file: borrowing FileDescriptor) throws(StorageError) -> ObjectMetadata {
    let bytes: [UInt8]?
    do throws(Errno) { bytes = try file.attribute(ObjectMetadata.attribute) } catch {
      throw StorageError(error, "reading what a put said of a picture")
    }
    // Those of another content, which was overwritten in place, do not count.
    guard let bytes, let json = try? JSONParser.parse(bytes),
      let own = ObjectMetadata(json), own.etag == etag, own.size == size
    else { return self }
    return own
  }
}

extension StagedFile {
  /// The most bytes of such metadata: a picture has others of its own in its attributes.
  private static let metadataLimit = 2_800

  /// Makes the file carry what a put said of it, beside what it will carry as a picture.
  /// - Returns: false where there is more than fits.
  public func record(_ metadata: ObjectMetadata) throws(StorageError) -> Bool {
    let bytes = JSONWriter.write(metadata.json)
    guard bytes.count <= Self.metadataLimit else { return false }
    do throws(Errno) { try file.setAttribute(ObjectMetadata.attribute, to: bytes) } catch {
      throw StorageError(error, "recording metadata")
    }
    return true
  }
}
