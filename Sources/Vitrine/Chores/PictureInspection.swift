internal import ImageStructure
internal import LocalStorage
internal import Magic
internal import Pictures
internal import Posix
internal import Storage

/// Looks at pictures that came by another way than an upload, for the catalogue. They may be of any length.
struct PictureInspection: Sendable {
  let magic: MagicDatabase
  let maximumPixels: UInt64

  @Sendable func inspect(_ file: borrowing FileDescriptor, _ name: StoredName) -> InspectedImage? {
    // nginx tells the type of a file by its extension.
    guard !name.pathExtension.isEmpty else { return nil }
    var validator = PictureValidator(
      fileExtension: name.pathExtension, limits: PictureLimits(bytes: .max, pixels: maximumPixels), magic: magic)
    var buffer = [UInt8](repeating: 0, count: 131_072)
    while let count = try? file.read(into: &buffer, at: validator.size), count > 0 {
      validator.consume(buffer[..<count])
      if validator.refusal != nil { return nil }
    }
    guard let structure = try? validator.finish() else { return nil }
    return InspectedImage(
      mediaType: structure.kind.mediaType, width: structure.shownSize.width,
      height: structure.shownSize.height)
  }

  /// Reads no more of a picture than tells its size; nil where it is none.
  @Sendable static func measure(_ file: borrowing FileDescriptor) -> ImageSize? {
    var parser = ImageStructureParser(maximumPixels: .max)
    var buffer = [UInt8](repeating: 0, count: 16_384)
    var position: UInt64 = 0
    while parser.shownSize == nil, let count = try? file.read(into: &buffer, at: position), count > 0 {
      do throws(ImageStructureError) { try parser.consume(buffer[..<count]) } catch { return nil }
      position += UInt64(count)
    }
    return parser.shownSize
  }
}
