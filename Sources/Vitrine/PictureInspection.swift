internal import FileStore
internal import ImageStructure
internal import Magic
internal import PictureValidation
internal import Posix

/// Looks at pictures that came by another way than an upload, for the catalogue. They may be of any length.
struct PictureInspection: Sendable {
  let magic: MagicDatabase
  let maximumPixels: UInt64

  @Sendable func inspect(_ file: borrowing FileDescriptor, _ name: StoredName) -> InspectedImage? {
    var validator = PictureValidator(
      fileExtension: name.pathExtension, limits: PictureLimits(bytes: .max, pixels: maximumPixels), magic: magic)
    var buffer = [UInt8](repeating: 0, count: 131_072)
    while let count = try? file.read(into: &buffer, at: validator.size), count > 0 {
      validator.consume(buffer[..<count])
      if validator.problem != nil { return nil }
    }
    guard let structure = try? validator.finish() else { return nil }
    return InspectedImage(mediaType: structure.kind.mediaType, width: structure.width, height: structure.height)
  }
}
