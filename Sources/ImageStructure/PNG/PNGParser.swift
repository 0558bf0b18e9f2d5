internal import Digests

/// Walks over a PNG from behind its signature to its IEND (PNG third edition, 5).
///
/// Critical chunks and those of an animation must be in order, and their CRCs must match. What decoders ignore (another
/// chunk with a wrong CRC, of the wrong length, twice, out of place or with a type that is no four letters; what follows
/// the end of the compressed data) is stray; what does not matter to rendering is metadata. An animation's chunks are
/// kept behind an acTL; their sequence is left to decoders.
struct PNGParser: Sendable {
  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  private enum State {
    case chunkFields
    case data
    case checksum
    case ended
  }

  /// What becomes of a chunk.
  private enum Fate {
    case unchanged
    case removed(MetadataEdit.Content)
    case replaced(MetadataEdit.Content, [UInt8])
    /// Its data ends there.
    case cut(PNGChunk.Cut)
  }

  private let limit: PixelLimit
  private var state = State.chunkFields
  /// Offset of the next byte.
  private var position = UInt64(Self.signature.count)
  /// The bytes so far of a chunk's length and type, or of its checksum.
  private var field: [UInt8] = []
  private var chunk: PNGChunk?
  private var header: PNGHeader?
  private var paletteEntries = 0
  /// Types of the chunks so far that stay.
  private var seen: Set<PNGChunkType> = []
  private var previousType: PNGChunkType?
  private var hasImageData = false
  /// The compressed data of the image, or of the frame that came last.
  private var stream = ZlibStreamWalker()
  private var isImageWhole = false
  /// Offset of the first chunk that is left out for its CRC.
  private var damagedChunk: UInt64?
  private var frameCount: UInt32 = 0
  private var hasEXIF = false
  private var orientation: UInt8?
  private var edits = EditList()

  init(limit: PixelLimit) { self.limit = limit }

  var hasEdits: Bool { !edits.isEmpty }

  /// Nil until IEND.
  var structure: ImageStructure? {
    guard case .ended = state, let header else { return nil }
    return ImageStructure(
      kind: .png, width: header.width, height: header.height, isAnimated: frameCount > 1, orientation: orientation,
      end: position, furtherImagesEnd: nil, isTailOdd: false, edits: edits.edits)
  }

  /// Nil until the image data: an eXIf behind it is not looked at.
  var shownSize: ImageSize? {
    guard let header, seen.contains(.imageData) || chunk?.type == .imageData else { return nil }
    return ImageSize(width: header.width, height: header.height).turned(orientation)
  }

  mutating func consume(_ bytes: Span<UInt8>, from start: Int) throws(ImageStructureError) {
    var index = start
    while index < bytes.count {
      switch state {
      case .ended: return
      case .data:
        let length = min(chunk?.remaining ?? 0, bytes.count - index)
        takeData(bytes, index..<index + length)
        position += UInt64(length)
        index += length
        if chunk?.remaining == 0 { state = .checksum }
      case .chunkFields:
        field.append(bytes[index])
        position += 1
        index += 1
        if field.count == 8 { try beginChunk() }
      case .checksum:
        field.append(bytes[index])
        position += 1
        index += 1
        if field.count == 4 { try endChunk() }
      }
    }
  }

  private mutating func beginChunk() throws(ImageStructureError) {
    let start = position - 8
    do throws(Corruption) {
      let chunk = try PNGChunk(fields: field, start: start)
      try checkOrder(chunk)
      self.chunk = chunk
      state = chunk.length == 0 ? .checksum : .data
    } catch {
      throw .corrupt(error, at: start)
    }
    field.removeAll(keepingCapacity: true)
  }

  /// Takes bytes of a chunk's data, and follows the compressed stream that they may be a part of.
  private mutating func takeData(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    var range = range
    if let current = chunk, let before = current.type?.bytesBeforeStream, current.cut == nil,
      current.type == .imageData || seen.isSuperset(of: [.animationControl, .imageData])
    {
      let start = min(range.upperBound, range.lowerBound + max(0, before - (current.length - current.remaining)))
      let end = start + stream.consume(bytes, start..<range.upperBound)
      if stream.hasEnded, end < range.upperBound {
        chunk?.take(bytes, range.lowerBound..<end)
        chunk?.cutHere()
        range = end..<range.upperBound
      }
    }
    chunk?.take(bytes, range)
  }

  /// Refuses a chunk for its type, place or length before its data is read.
  private func checkOrder(_ chunk: PNGChunk) throws(Corruption) {
    guard let header else {
      guard chunk.type == .imageHeader else { throw .chunkOrder }
      guard chunk.length == PNGHeader.length else { throw .chunkLength }
      return
    }
    switch chunk.type {
    case .imageHeader:
      throw .chunkOrder
    case .palette:
      guard !seen.contains(.palette), !seen.contains(.imageData) else { throw .chunkOrder }
      guard chunk.length.isMultiple(of: 3), (3...768).contains(chunk.length) else { throw .palette }
    case .imageData:
      guard !seen.contains(.imageData) || previousType == .imageData else { throw .chunkOrder }
      guard header.colourType != .indexed || paletteEntries > 0 else { throw .palette }
    case .imageEnd:
      guard hasImageData else { throw .noImageData }
    default:
      guard chunk.type != nil || !chunk.isCritical else { throw .unknownCriticalChunk }
    }
  }

  private mutating func endChunk() throws(ImageStructureError) {
    guard let chunk else { return }
    let isSound = field.bigEndian32(at: 0) == chunk.checksum
    field.removeAll(keepingCapacity: true)
    if !isSound { try leaveOut(chunk) }
    if chunk.type == .imageEnd, let damagedChunk, !isImageWhole { throw .corrupt(.chunkChecksum, at: damagedChunk) }
    state = chunk.type == .imageEnd ? .ended : .chunkFields
    if chunk.type == .imageHeader {
      let header: PNGHeader
      do throws(Corruption) {
        header = try PNGHeader(chunk.data)
      } catch {
        throw .corrupt(error, at: chunk.start)
      }
      try limit.check(width: header.width, height: header.height, at: chunk.start)
      self.header = header
    }
    switch isSound || chunk.type == .imageEnd ? fate(of: chunk, isSound: isSound) : .removed(.stray) {
    case .unchanged: if let type = chunk.type { seen.insert(type) }
    case .removed(let content): try edits.append(content, chunk.start..<position)
    case .replaced(let content, let bytes):
      if let type = chunk.type { seen.insert(type) }
      try edits.append(content, chunk.start..<position, replacement: bytes)
    case .cut(let cut):
      if let type = chunk.type { seen.insert(type) }
      let length = UInt32(truncatingIfNeeded: cut.length)
      try edits.append(.stray, chunk.start..<chunk.start + 4, replacement: length.bigEndianBytes)
      let end = chunk.start + 8 + UInt64(cut.length)
      try edits.append(.stray, end..<position, replacement: cut.checksum.bigEndianBytes)
    }
    previousType = chunk.type
    self.chunk = nil
  }

  /// Leaves out a chunk whose bytes are not those that its CRC was made of.
  ///
  /// - Throws: `chunkChecksum` where the picture would not be the same without it. An IEND marks the end whatever its
  ///   CRC is.
  private mutating func leaveOut(_ chunk: PNGChunk) throws(ImageStructureError) {
    guard chunk.type != .imageEnd else { return }
    guard !chunk.isCritical, chunk.type?.isOfAnimation != true else {
      throw .corrupt(.chunkChecksum, at: chunk.start)
    }
    if damagedChunk == nil { damagedChunk = chunk.start }
  }

  private mutating func fate(of chunk: PNGChunk, isSound: Bool) -> Fate {
    guard let type = chunk.type, let header else { return .removed(chunk.hasSoundType ? .metadata : .stray) }
    let rules = PNGAncillaryRules(colourType: header.colourType, paletteEntries: paletteEntries)
    guard rules.accepts(type, length: chunk.length), type.mayRepeat || !seen.contains(type) else {
      return .removed(.stray)
    }
    switch type {
    case .imageHeader:
      return .unchanged
    case .imageEnd:
      // Whatever its length and CRC are, decoders stop here.
      return chunk.length == 0 && isSound ? .unchanged : .replaced(.stray, PNGChunk.bytes(.imageEnd, []))
    case .palette:
      // Decoders ignore the palette of a greyscale image, where it is forbidden.
      guard header.colourType != .greyscale, header.colourType != .greyscaleAlpha else { return .removed(.stray) }
      paletteEntries = chunk.length / 3
      return .unchanged
    case .imageData:
      hasImageData = hasImageData || chunk.length > 0
      isImageWhole = stream.isWhole
      return fate(ofData: chunk)
    case .transparency:
      guard !seen.contains(.imageData) else { return .removed(.stray) }
      let length = rules.usefulTransparency(chunk.length)
      return length == chunk.length
        ? .unchanged : .replaced(.stray, PNGChunk.bytes(.transparency, Array(chunk.data.prefix(length))))
    case .exif:
      return fate(ofEXIF: chunk)
    case .animationControl:
      let count = chunk.data.bigEndian32(at: 0)
      guard count > 0, !seen.contains(.imageData) else { return .removed(.stray) }
      frameCount = count
      return .unchanged
    case .frameControl:
      // Before the image data there is one at most, on either side of acTL.
      let isInPlace = seen.contains(.imageData) ? seen.contains(.animationControl) : !seen.contains(.frameControl)
      guard isInPlace else { return .removed(.stray) }
      // A frame of its own begins, with a stream of its own.
      if seen.contains(.imageData) { stream = ZlibStreamWalker() }
      return .unchanged
    case .frameData:
      return seen.isSuperset(of: [.animationControl, .imageData]) ? fate(ofData: chunk) : .removed(.stray)
    default:
      return seen.contains(.imageData) ? .removed(.stray) : .unchanged
    }
  }

  /// Of a chunk that is behind the end of the compressed data, or has that in it.
  private func fate(ofData chunk: PNGChunk) -> Fate {
    guard let cut = chunk.cut else { return .unchanged }
    return cut.length == 0 ? .removed(.stray) : .cut(cut)
  }

  /// Browsers turn a picture by its first eXIf only, and by none that comes behind the image data. No other property of
  /// one is kept.
  private mutating func fate(ofEXIF chunk: PNGChunk) -> Fate {
    guard !hasEXIF, !seen.contains(.imageData) else { return .removed(.metadata) }
    hasEXIF = true
    guard let stated = EXIFOrientation.read(tiff: chunk.data[...]) else { return .removed(.metadata) }
    orientation = stated
    guard stated != 1 else { return .removed(.metadata) }
    let minimal = EXIFOrientation.minimalTIFF(stated)
    return chunk.data == minimal && chunk.length == minimal.count
      ? .unchanged : .replaced(.metadata, PNGChunk.bytes(.exif, minimal))
  }
}
