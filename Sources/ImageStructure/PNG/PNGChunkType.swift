/// The chunk types that matter to rendering, and EXIF's (PNG third edition, 11). Raw values are the four letters.
enum PNGChunkType: UInt32, Sendable {
  // Critical.
  case imageHeader = 0x4948_4452  // IHDR
  case palette = 0x504C_5445  // PLTE
  case imageData = 0x4944_4154  // IDAT
  case imageEnd = 0x4945_4E44  // IEND
  // Transparency and colour space.
  case transparency = 0x7452_4E53  // tRNS
  case chromaticities = 0x6348_524D  // cHRM
  case gamma = 0x6741_4D41  // gAMA
  case embeddedProfile = 0x6943_4350  // iCCP
  case significantBits = 0x7342_4954  // sBIT
  case standardColourSpace = 0x7352_4742  // sRGB
  case codingIndependentCodePoints = 0x6349_4350  // cICP
  case masteringDisplayColourVolume = 0x6D44_4356  // mDCV
  case contentLightLevel = 0x634C_4C49  // cLLI
  // Miscellaneous.
  case background = 0x624B_4744  // bKGD
  case histogram = 0x6849_5354  // hIST
  case physicalDimensions = 0x7048_5973  // pHYs
  case suggestedPalette = 0x7350_4C54  // sPLT
  case exif = 0x6558_4966  // eXIf
  // Animation.
  case animationControl = 0x6163_544C  // acTL
  case frameControl = 0x6663_544C  // fcTL
  case frameData = 0x6664_4154  // fdAT

  /// Whether an image may have more than one of these chunks.
  var mayRepeat: Bool {
    switch self {
    case .imageData, .suggestedPalette, .frameControl, .frameData: true
    default: false
    }
  }

  /// Whether a frame of an animation would be lost, or all but the first, without such a chunk.
  var isOfAnimation: Bool {
    switch self {
    case .animationControl, .frameControl, .frameData: true
    default: false
    }
  }

  /// Bytes before its part of a compressed stream; nil where it has none.
  var bytesBeforeStream: Int? {
    switch self {
    case .imageData: 0
    // The sequence number.
    case .frameData: 4
    default: nil
    }
  }

  /// How many bytes of the chunk's data are needed to judge it; the rest is passed over.
  var dataNeeded: Int {
    switch self {
    case .imageHeader: 13
    case .animationControl: 8
    case .transparency: PNGAncillaryRules.longestTransparency
    case .exif: 65_536
    default: 0
    }
  }
}
