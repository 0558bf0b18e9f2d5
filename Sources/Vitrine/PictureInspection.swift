internal import FileStore
internal import ImageStructure
internal import Magic
internal import Posix

/// Looks at pictures that came by another way than an upload, for the catalogue.
struct PictureInspection: Sendable {
  let magic: MagicDatabase
  let maximumPixels: UInt64

  @Sendable func inspect(_ file: borrowing FileDescriptor, _ name: StoredName) -> InspectedImage? {
    guard let dot = name.text.lastIndex(of: "."),
      ImageKind.named(byExtension: name.text[name.text.index(after: dot)...]) != nil
    else { return nil }
    var parser = ImageStructureParser(maximumPixels: maximumPixels)
    var buffer = [UInt8](repeating: 0, count: 131_072)
    var offset: UInt64 = 0
    var prefix: [UInt8] = []
    while let count = try? file.read(into: &buffer, at: offset), count > 0 {
      if prefix.isEmpty { prefix = Array(buffer[..<min(count, 8_192)]) }
      do throws(ImageStructureError) { try parser.consume(buffer[..<count]) } catch { return nil }
      offset += UInt64(count)
    }
    guard let structure = try? parser.finish(), (try? magic.mediaType(of: prefix)) == structure.kind.mediaType else {
      return nil
    }
    return InspectedImage(mediaType: structure.kind.mediaType, width: structure.width, height: structure.height)
  }
}
