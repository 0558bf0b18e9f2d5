/// Walks over a JPEG from behind its signature to its end of image (ITU-T T.81, annex B).
///
/// Where decoders differ from the letter of the specification, it follows libjpeg: bytes between segments that are no
/// marker, restart markers outside a scan and TEM are skipped there, and are stray here. The frame must have a height:
/// DNL is walked over, but no browser takes a height from it. Inside a scan, bytes up to the next marker are
/// entropy-coded data.
struct JPEGParser: Sendable {
  /// SOI, and the first byte of the marker that must follow.
  static let signature: [UInt8] = [0xFF, 0xD8, 0xFF]

  private enum State {
    case betweenSegments
    /// Behind one or more 0xFF, which start a marker.
    case marker
    case lengthHigh
    case lengthLow(high: UInt8)
    case content
    case entropyCoded
    /// As `marker`, inside a scan.
    case entropyCodedMarker
    case ended
  }

  private let limit: PixelLimit
  private let readsIndex: Bool
  private let followsScans: Bool
  private var state = State.marker
  /// Offset of the next byte.
  private var position: UInt64 = 3
  private var segment = JPEGSegment(marker: .temporary, start: 2)
  private var frame: JPEGFrame?
  private var quantizationTables: UInt8 = 0
  private var hasScan = false
  private var hasScanData = false
  private var huffmanTables = [JPEGHuffmanTable?](repeating: nil, count: 8)
  private var restartInterval = 0
  private var tail = JPEGScanTail(start: 0)
  private var isTailOdd = false
  /// Reads the codes of the scan, where they are followed.
  private var walker: JPEGScanWalker?
  /// Offset behind the scan's last code, once that is known.
  private var scanEnd: UInt64?
  private var hasEXIF = false
  private var orientation: UInt8?
  /// What the index of further images lists; nil without one, or where it cannot be read.
  private var furtherImages: [Range<UInt64>]?
  private var hasIndex = false
  /// What follows the end of image, where there is an index of it.
  private var rest: JPEGFurtherImages?
  private var edits = EditList()

  /// - Parameters:
  ///   - readsIndex: whether further images are looked for.
  ///   - followsScans: whether every code of a scan is read.
  init(limit: PixelLimit, readsIndex: Bool = true, followsScans: Bool = false) {
    self.limit = limit
    self.readsIndex = readsIndex
    self.followsScans = followsScans
  }

  var hasEdits: Bool { !edits.isEmpty }

  /// Nil until the end of image.
  var structure: ImageStructure? {
    guard case .ended = state, let frame else { return nil }
    return ImageStructure(
      kind: .jpeg, width: frame.width, height: frame.height, isAnimated: false, orientation: orientation, end: position,
      furtherImagesEnd: furtherImagesEnd, isTailOdd: isTailOdd, edits: edits.edits)
  }

  /// Nil until the first scan: an EXIF behind it is not looked at.
  var shownSize: ImageSize? {
    guard hasScan, let frame else { return nil }
    return ImageSize(width: frame.width, height: frame.height).turned(orientation)
  }

  /// Taking out stray bytes would move the further images away from where the index says that they are.
  private var furtherImagesEnd: UInt64? {
    edits.edits.contains { $0.content == .stray } ? nil : rest?.end
  }

  mutating func consume(_ bytes: Span<UInt8>, from start: Int) throws(ImageStructureError) {
    var index = start
    while index < bytes.count {
      switch state {
      case .ended:
        rest?.consume(bytes, from: index)
        return
      case .content:
        let length = min(segment.remaining, bytes.count - index)
        segment.take(bytes, index..<index + length)
        position += UInt64(length)
        index += length
        if segment.remaining == 0 { try endSegment() }
      case .entropyCoded:
        let end = bytes.firstIndexOfAllOnes(from: index)
        hasScanData = hasScanData || end > index
        tail.take(bytes, index..<end)
        if walker != nil { follow(bytes, index..<end) }
        position += UInt64(end - index)
        index = end
        if index < bytes.count {
          startMarker(.entropyCodedMarker)
          index += 1
        }
      default:
        try step(bytes[index])
        index += 1
      }
    }
  }

  /// Takes one byte of anything but content and entropy-coded data.
  private mutating func step(_ byte: UInt8) throws(ImageStructureError) {
    switch state {
    case .betweenSegments:
      if byte == 0xFF { return startMarker(.marker) }
      try edits.append(.stray, position..<position + 1)
    case .marker where byte == 0xFF, .entropyCodedMarker where byte == 0xFF: break  // fill bytes, B.1.1.2
    case .marker:
      try handle(JPEGMarker(rawValue: byte))
    case .entropyCodedMarker:
      if byte == 0 {
        hasScanData = true
        tail.takeOnes(at: position)
        follow(0xFF, end: position + 1)
        state = .entropyCoded
      } else if JPEGMarker(rawValue: byte).isRestart {
        tail.takeRestart(at: position, interval: restartInterval)
        walker?.restart()
        state = .entropyCoded
      } else {
        try endScan()
        try handle(JPEGMarker(rawValue: byte))
      }
    case .lengthHigh:
      state = .lengthLow(high: byte)
    case .lengthLow(let high):
      let length = Int(high) << 8 | Int(byte)
      guard length >= 2 else { throw .corrupt(.segmentLength, at: segment.start) }
      segment.begin(length: length - 2)
      state = .content
      position += 1
      if segment.remaining == 0 { try endSegment() }
      return
    case .content, .entropyCoded, .ended: return
    }
    position += 1
  }

  /// Takes bytes of a scan's data, the first of which is at `position`.
  private mutating func follow(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    var end = position
    for index in range where scanEnd == nil {
      end += 1
      follow(bytes[index], end: end)
    }
  }

  /// Takes a byte of a scan's data, with its stuffing before `end`.
  private mutating func follow(_ byte: UInt8, end: UInt64) {
    guard walker != nil, scanEnd == nil else { return }
    walker?.take(byte)
    if walker?.isDone == true { scanEnd = end }
  }

  /// Acts on the end of a scan's data: a marker begins at `segment.start`.
  private mutating func endScan() throws(ImageStructureError) {
    isTailOdd = isTailOdd || tail.isOdd(at: segment.start)
    if let scanEnd, scanEnd < segment.start { try edits.append(.stray, scanEnd..<segment.start) }
    walker = nil
    scanEnd = nil
  }

  /// Goes behind the first 0xFF of what may be a marker.
  private mutating func startMarker(_ state: State) {
    segment.start = position
    self.state = state
    position += 1
  }

  /// Acts on a marker's code, which stands at `position`.
  private mutating func handle(_ marker: JPEGMarker) throws(ImageStructureError) {
    switch marker {
    case .endOfImage:
      guard hasScanData else { throw .corrupt(.noScanData, at: segment.start) }
      state = .ended
      if let furtherImages { rest = JPEGFurtherImages(furtherImages, behind: position + 1, limit: limit) }
    case _ where marker.startsSegment:
      segment = JPEGSegment(marker: marker, start: segment.start)
      state = .lengthHigh
    case _ where marker.isRestart || marker == .temporary || marker.rawValue == 0:
      try edits.append(.stray, segment.start..<position + 1)
      state = .betweenSegments
    default:
      throw .corrupt(.unexpectedMarker, at: segment.start)
    }
  }

  private mutating func endSegment() throws(ImageStructureError) {
    state = segment.marker == .startOfScan ? .entropyCoded : .betweenSegments
    if segment.marker.isApplication || segment.marker == .comment { return try endMetadataSegment() }
    do throws(Corruption) {
      try endImageSegment()
    } catch {
      throw .corrupt(error, at: segment.start)
    }
    if segment.marker.isStartOfFrame, let frame {
      try limit.check(width: frame.width, height: frame.height, at: segment.start)
    }
  }

  /// Checks a segment that decoding needs.
  private mutating func endImageSegment() throws(Corruption) {
    let content = segment.content
    switch segment.marker {
    case .quantizationTables: quantizationTables |= try JPEGTables.quantization(content)
    case .huffmanTables:
      let defined = try JPEGTables.huffman(content)
      guard followsScans else { break }
      for table in defined {
        huffmanTables[table.index] = JPEGHuffmanTable(
          lengths: content[table.lengths], symbols: content[table.symbols])
      }
    case .arithmeticConditioning: try JPEGTables.checkArithmetic(content)
    case .restartInterval:
      guard content.count == 2 else { throw .segmentLength }
      restartInterval = content.bigEndian16(at: 0)
    case .numberOfLines: guard content.count == 2 else { throw .segmentLength }
    case .startOfScan:
      guard let frame else { throw .scanBeforeFrame }
      try JPEGScanHeader.check(content, frame: frame, quantizationTables: quantizationTables)
      hasScan = true
      tail = JPEGScanTail(start: position)
      if followsScans {
        walker = JPEGScanWalker(content, frame, tables: huffmanTables, restartInterval: restartInterval)
      }
    default:
      guard frame == nil else { throw .duplicateFrame }
      frame = try JPEGFrame(segment.marker, content)
    }
  }

  /// Lists what has to change about an application segment or a comment. Fill bytes before it go with it.
  private mutating func endMetadataSegment() throws(ImageStructureError) {
    switch judgeMetadataSegment() {
    case .unchanged: break
    case .removed: try edits.append(.metadata, segment.start..<position)
    case .imageIndex:
      // With a second index, nobody can tell which one decoders read.
      furtherImages =
        readsIndex && !hasIndex
        ? JPEGImageIndex.furtherImages(segment.content, at: position - UInt64(segment.length)) : nil
      hasIndex = true
      try edits.append(.imageIndex, segment.start..<position)
    case .replaced(let content):
      let replacement = JPEGApplicationSegment.segment(segment.marker, content)
      try edits.append(.metadata, segment.start..<position, replacement: replacement)
    }
  }

  private mutating func judgeMetadataSegment() -> JPEGApplicationSegment {
    guard segment.marker == .application1, segment.content.starts(with: JPEGApplicationSegment.exif) else {
      return .judge(segment.marker, segment.content, length: segment.length)
    }
    // Browsers take the orientation from the first EXIF, and before they start on the first scan.
    // One without content is none to them.
    guard !hasScan, !hasEXIF, segment.length > JPEGApplicationSegment.exif.count + 1 else { return .removed }
    hasEXIF = true
    guard let stated = EXIFOrientation.read(tiff: segment.content.dropFirst(JPEGApplicationSegment.exif.count + 1))
    else { return .removed }
    orientation = stated
    guard stated != 1 else { return .removed }
    let minimal = JPEGApplicationSegment.minimalEXIF(stated)
    return segment.content == minimal ? .unchanged : .replaced(minimal)
  }
}
