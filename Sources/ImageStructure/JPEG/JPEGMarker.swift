/// A marker's code: the byte behind 0xFF (ITU-T T.81, table B.1).
struct JPEGMarker: RawRepresentable, Equatable, Sendable {
  let rawValue: UInt8

  static let temporary = JPEGMarker(rawValue: 0x01)
  static let huffmanTables = JPEGMarker(rawValue: 0xC4)
  static let arithmeticConditioning = JPEGMarker(rawValue: 0xCC)
  static let startOfImage = JPEGMarker(rawValue: 0xD8)
  static let endOfImage = JPEGMarker(rawValue: 0xD9)
  static let startOfScan = JPEGMarker(rawValue: 0xDA)
  static let quantizationTables = JPEGMarker(rawValue: 0xDB)
  static let numberOfLines = JPEGMarker(rawValue: 0xDC)
  static let restartInterval = JPEGMarker(rawValue: 0xDD)
  static let application0 = JPEGMarker(rawValue: 0xE0)
  static let application1 = JPEGMarker(rawValue: 0xE1)
  static let application2 = JPEGMarker(rawValue: 0xE2)
  static let application14 = JPEGMarker(rawValue: 0xEE)
  static let comment = JPEGMarker(rawValue: 0xFE)

  /// RST0 to RST7.
  var isRestart: Bool { (0xD0...0xD7).contains(rawValue) }

  /// APP0 to APP15.
  var isApplication: Bool { (0xE0...0xEF).contains(rawValue) }

  /// SOF0 to SOF15, whether a decoder has that coding process or not.
  var isStartOfFrame: Bool {
    (0xC0...0xCF).contains(rawValue) && rawValue != 0xC4 && rawValue != 0xC8 && rawValue != 0xCC
  }

  /// Whether a segment with a length follows that decoders know what to do with.
  var startsSegment: Bool {
    switch self {
    case .huffmanTables, .arithmeticConditioning, .startOfScan, .quantizationTables, .numberOfLines, .restartInterval,
      .comment:
      true
    default: isApplication || isStartOfFrame
    }
  }

  /// How many bytes of the segment's content are needed to judge it; the rest is passed over.
  var contentNeeded: Int {
    switch self {
    case .comment: 0
    case .application0: JPEGApplicationSegment.jfif.count + 9
    case .application1: 65_533
    case .application2: JPEGImageIndex.contentNeeded
    case .application14: JPEGApplicationSegment.adobe.count + 7
    default: isApplication ? 0 : 65_533
    }
  }
}
