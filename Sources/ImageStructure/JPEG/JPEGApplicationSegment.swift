/// What becomes of an application segment, APPn.
enum JPEGApplicationSegment: Equatable {
  /// Decoders need it: it stays as it is.
  case unchanged
  /// Metadata: out with it.
  case removed
  /// It stays in part: this content takes its place.
  case replaced([UInt8])
  /// An index of further images.
  case imageIndex

  /// ITU-T T.871, 10.1.
  static let jfif = [UInt8]("JFIF\0".utf8)
  /// ICC.1:2022, B.4.
  static let colourProfile = [UInt8]("ICC_PROFILE\0".utf8)
  /// ITU-T T.872, 6.5.3: names the colour transform.
  static let adobe = [UInt8]("Adobe".utf8)
  /// EXIF 2.32, 4.7.2. Its sixth byte is padding, which decoders do not look at.
  static let exif = [UInt8]("Exif\0".utf8)

  /// Judges any segment but EXIF's.
  ///
  /// - Parameters:
  ///   - content: as much of the segment's bytes behind its length as `marker.contentNeeded`.
  ///   - length: how many there are in the file.
  static func judge(_ marker: JPEGMarker, _ content: [UInt8], length: Int) -> JPEGApplicationSegment {
    switch marker {
    case .application0:
      // JFIF may hold a thumbnail, which may show what was cropped: version, density and no thumbnail are left.
      guard content.starts(with: jfif), content.count == jfif.count + 9 else { return .removed }
      let bare = Array(content.dropLast(2)) + [0, 0]
      return length == bare.count && content == bare ? .unchanged : .replaced(bare)
    case .application2:
      if content.starts(with: JPEGImageIndex.signature) { return .imageIndex }
      return content.starts(with: colourProfile) ? .unchanged : .removed
    case .application14:
      guard content.starts(with: adobe), content.count == adobe.count + 7 else { return .removed }
      return length == content.count ? .unchanged : .replaced(content)
    default:
      return .removed
    }
  }

  /// The content of an APP1 that states nothing but an orientation.
  static func minimalEXIF(_ orientation: UInt8) -> [UInt8] { exif + [0] + EXIFOrientation.minimalTIFF(orientation) }

  /// A whole segment around `content`, which has fewer than 65,534 bytes.
  static func segment(_ marker: JPEGMarker, _ content: [UInt8]) -> [UInt8] {
    let length = UInt16(truncatingIfNeeded: content.count + 2)
    return [0xFF, marker.rawValue, UInt8(length >> 8), UInt8(truncatingIfNeeded: length)] + content
  }
}
