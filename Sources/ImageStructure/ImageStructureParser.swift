/// Walks over an image as its bytes arrive, and says whether it is one, whole, with nothing hidden between its parts.
///
/// Every JPEG segment, PNG chunk and GIF block is visited up to the end marker; no pixel is decoded. It takes linear time,
/// and memory that does not grow with the image. How the bytes are cut into pieces makes no difference.
public struct ImageStructureParser: Sendable {
  private enum Format: Sendable {
    case undecided
    case jpeg(JPEGParser)
    case png(PNGParser)
    case gif(GIFParser)
  }

  private let limit: PixelLimit
  private let followsScans: Bool
  private var format = Format.undecided
  private var signature: [UInt8] = []
  private var failure: ImageStructureError?

  /// What kind of image it is; nil until the signature is whole.
  public private(set) var kind: ImageKind?

  /// - Parameters:
  ///   - maximumPixels: the largest width × height that is taken.
  ///   - followsScans: whether every code of a JPEG's scans is read, to find what stands behind the last; it takes far
  ///     longer than all else.
  public init(maximumPixels: UInt64, followsScans: Bool = false) {
    limit = PixelLimit(maximumPixels: maximumPixels)
    self.followsScans = followsScans
  }

  /// Whether the end marker has been seen: more bytes change nothing but what is known of further images.
  public var isComplete: Bool { structure != nil }

  /// Whether something has been seen that an edit is about.
  public var hasEdits: Bool {
    switch format {
    case .undecided: false
    case .jpeg(let parser): parser.hasEdits
    case .png(let parser): parser.hasEdits
    case .gif(let parser): parser.hasEdits
    }
  }

  /// How large it is shown, orientation applied, as soon as nothing that follows can change that.
  public var shownSize: ImageSize? {
    switch format {
    case .undecided: nil
    case .jpeg(let parser): parser.shownSize
    case .png(let parser): parser.shownSize
    case .gif(let parser): parser.shownSize
    }
  }

  /// Takes the next bytes of the file.
  ///
  /// - Throws: as soon as the bytes allow, and then again each time: `notAnImage`, `corrupt` or `tooManyPixels`.
  public mutating func consume(_ bytes: Span<UInt8>) throws(ImageStructureError) {
    if let failure { throw failure }
    do throws(ImageStructureError) {
      var index = 0
      while kind == nil, index < bytes.count {
        try recognise(bytes[index])
        index += 1
      }
      try advance(bytes, from: index)
    } catch {
      failure = error
      throw error
    }
  }

  /// Takes the next bytes of the file, as `consume(_:)` of a span does.
  public mutating func consume(_ bytes: [UInt8]) throws(ImageStructureError) { try consume(bytes.span) }

  /// Takes the next bytes of the file, as `consume(_:)` of a span does.
  public mutating func consume(_ bytes: ArraySlice<UInt8>) throws(ImageStructureError) { try consume(bytes.span) }

  /// Says that there are no more bytes.
  ///
  /// - Throws: `truncated` where the end marker has not come yet, or what `consume` threw.
  public func finish() throws(ImageStructureError) -> ImageStructure {
    if let failure { throw failure }
    guard let structure else { throw .truncated }
    return structure
  }

  private var structure: ImageStructure? {
    switch format {
    case .undecided: nil
    case .jpeg(let parser): parser.structure
    case .png(let parser): parser.structure
    case .gif(let parser): parser.structure
    }
  }

  /// Looks at the file's first bytes, one by one.
  private mutating func recognise(_ byte: UInt8) throws(ImageStructureError) {
    signature.append(byte)
    switch signature {
    case JPEGParser.signature:
      kind = .jpeg
      format = .jpeg(JPEGParser(limit: limit, followsScans: followsScans))
    case PNGParser.signature:
      kind = .png
      format = .png(PNGParser(limit: limit))
    case GIFParser.signature87a, GIFParser.signature89a:
      kind = .gif
      format = .gif(GIFParser(limit: limit))
    default:
      let known = [JPEGParser.signature, PNGParser.signature, GIFParser.signature87a, GIFParser.signature89a]
      guard known.contains(where: { $0.starts(with: signature) }) else { throw .notAnImage }
    }
  }

  private mutating func advance(_ bytes: Span<UInt8>, from start: Int) throws(ImageStructureError) {
    // Each parser is taken out of the enumeration while it works, so that its arrays have one owner and are not copied.
    switch format {
    case .undecided: break
    case .jpeg(var parser):
      format = .undecided
      try parser.consume(bytes, from: start)
      format = .jpeg(parser)
    case .png(var parser):
      format = .undecided
      try parser.consume(bytes, from: start)
      format = .png(parser)
    case .gif(var parser):
      format = .undecided
      try parser.consume(bytes, from: start)
      format = .gif(parser)
    }
  }
}
