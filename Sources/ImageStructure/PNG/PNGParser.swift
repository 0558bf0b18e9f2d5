/// Walks over a PNG from behind its signature to its IEND (PNG third edition, 5).
///
/// Critical chunks must be in order, and every chunk's CRC must match, also that of one which is going to be taken out.
/// What decoders ignore (a chunk of the wrong length, twice, out of place) is stray; what does not matter to
/// rendering is metadata. An animation's chunks are kept behind an acTL; their sequence is left to decoders.
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
    case kept
    case removed(MetadataEdit.Content)
    case replaced([UInt8])
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
  private var frameCount: UInt32 = 0
  private var orientation: UInt8?
  private var edits = EditList()

  init(limit: PixelLimit) { self.limit = limit }

  var hasEdits: Bool { !edits.isEmpty }

  /// Nil until IEND.
  var structure: ImageStructure? {
    guard case .ended = state, let header else { return nil }
    return ImageStructure(
      kind: .png, width: header.width, height: header.height, isAnimated: frameCount > 1, orientation: orientation,
      end: position, edits: edits.edits)
  }

  mutating func consume(_ bytes: Span<UInt8>, from start: Int) throws(ImageStructureError) {
    var index = start
    while index < bytes.count {
      switch state {
      case .ended: return
      case .data:
        let length = min(chunk?.remaining ?? 0, bytes.count - index)
        chunk?.take(bytes, index..<index + length)
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
      guard chunk.length == 0 else { throw .chunkLength }
    default:
      guard chunk.type != nil || !chunk.isCritical else { throw .unknownCriticalChunk }
    }
  }

  private mutating func endChunk() throws(ImageStructureError) {
    guard let chunk else { return }
    guard field.bigEndian32(at: 0) == chunk.checksum else { throw .corrupt(.chunkChecksum, at: chunk.start) }
    field.removeAll(keepingCapacity: true)
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
    switch fate(of: chunk) {
    case .kept: if let type = chunk.type { seen.insert(type) }
    case .removed(let content): try edits.append(content, chunk.start..<position)
    case .replaced(let bytes): try edits.append(.metadata, chunk.start..<position, replacement: bytes)
    }
    previousType = chunk.type
    self.chunk = nil
  }

  private mutating func fate(of chunk: PNGChunk) -> Fate {
    guard let type = chunk.type, let header else { return .removed(.metadata) }
    let rules = PNGAncillaryRules(colourType: header.colourType, paletteEntries: paletteEntries)
    guard rules.accepts(type, length: chunk.length), type.mayRepeat || !seen.contains(type) else {
      return .removed(.stray)
    }
    switch type {
    case .imageHeader, .imageEnd:
      return .kept
    case .palette:
      // Decoders ignore the palette of a greyscale image, where it is forbidden.
      guard header.colourType != .greyscale, header.colourType != .greyscaleAlpha else { return .removed(.stray) }
      paletteEntries = chunk.length / 3
      return .kept
    case .imageData:
      hasImageData = hasImageData || chunk.length > 0
      return .kept
    case .exif:
      return fate(ofEXIF: chunk)
    case .animationControl:
      let count = chunk.data.bigEndian32(at: 0)
      guard count > 0, !seen.contains(.imageData) else { return .removed(.stray) }
      frameCount = count
      return .kept
    case .frameControl:
      // Before the image data there is one at most, on either side of acTL.
      let isInPlace = seen.contains(.imageData) ? seen.contains(.animationControl) : !seen.contains(.frameControl)
      return isInPlace ? .kept : .removed(.stray)
    case .frameData:
      return seen.isSuperset(of: [.animationControl, .imageData]) ? .kept : .removed(.stray)
    default:
      return seen.contains(.imageData) ? .removed(.stray) : .kept
    }
  }

  /// The first eXIf that states an orientation counts; no other property of one is kept.
  private mutating func fate(ofEXIF chunk: PNGChunk) -> Fate {
    guard orientation == nil, let stated = EXIFOrientation.read(tiff: chunk.data[...]) else {
      return .removed(.metadata)
    }
    orientation = stated
    guard stated != 1 else { return .removed(.metadata) }
    let minimal = EXIFOrientation.minimalTIFF(stated)
    return chunk.data == minimal && chunk.length == minimal.count
      ? .kept : .replaced(PNGChunk.bytes(.exif, minimal))
  }
}
