/// Walks over a GIF from behind its signature to its trailer (GIF89a, appendix B).
///
/// Bytes between blocks that start none are stray: of such a file browsers show what comes before them, other decoders all.
struct GIFParser: Sendable {
  static let signature87a = [UInt8]("GIF87a".utf8)
  static let signature89a = [UInt8]("GIF89a".utf8)

  private enum State {
    case screenDescriptor
    case globalColourTable
    case blockIntroducer
    case imageDescriptor
    case localColourTable
    case codeSize
    case extensionLabel
    case subBlockSize
    case subBlock
    case ended
  }

  private let limit: PixelLimit
  private var state = State.screenDescriptor
  /// Offset of the next byte.
  private var position = UInt64(Self.signature89a.count)
  /// How many bytes of the state's field are still to come.
  private var remaining = GIFImage.screenDescriptorLength
  /// The bytes so far of a descriptor.
  private var field: [UInt8] = []
  private var blockStart: UInt64 = 0
  /// The block that is being read, where it is an extension.
  private var extensionBlock: GIFExtension?
  /// Size of the canvas. Decoders enlarge it for a first image that reaches beyond the screen, so that the screen may have
  /// no size; of later images they show what is inside.
  private var width = 0
  private var height = 0
  private var imageCount = 0
  private var hasImageData = false
  private var edits = EditList()

  init(limit: PixelLimit) { self.limit = limit }

  var hasEdits: Bool { !edits.isEmpty }

  /// Nil until the trailer.
  var structure: ImageStructure? {
    guard case .ended = state else { return nil }
    return ImageStructure(
      kind: .gif, width: width, height: height, isAnimated: imageCount > 1, orientation: nil, end: position,
      furtherImagesEnd: nil, isTailOdd: false, edits: edits.edits)
  }

  /// Nil until the first image's descriptor.
  var shownSize: ImageSize? { imageCount > 0 ? ImageSize(width: width, height: height) : nil }

  mutating func consume(_ bytes: Span<UInt8>, from start: Int) throws(ImageStructureError) {
    var index = start
    while index < bytes.count {
      switch state {
      case .ended: return
      case .blockIntroducer, .codeSize, .extensionLabel, .subBlockSize:
        position += 1
        try step(bytes[index])
        index += 1
      case .screenDescriptor, .globalColourTable, .imageDescriptor, .localColourTable, .subBlock:
        let length = min(remaining, bytes.count - index)
        take(bytes, index..<index + length)
        position += UInt64(length)
        remaining -= length
        index += length
        if remaining == 0 { try endField() }
      }
    }
  }

  /// Takes a byte that decides what comes next; `position` is behind it.
  private mutating func step(_ byte: UInt8) throws(ImageStructureError) {
    switch state {
    case .blockIntroducer:
      try beginBlock(byte)
    case .codeSize:
      guard GIFImage.codeSizes.contains(byte) else { throw .corrupt(.codeSize, at: blockStart) }
      state = .subBlockSize
    case .extensionLabel:
      extensionBlock = GIFExtension(label: byte)
      state = .subBlockSize
    case .subBlockSize:
      if byte == 0 { return try endBlock() }
      remaining = Int(byte)
      state = .subBlock
      extensionBlock?.beginSubBlock(size: Int(byte))
    case .screenDescriptor, .globalColourTable, .imageDescriptor, .localColourTable, .subBlock, .ended: break
    }
  }

  private mutating func beginBlock(_ introducer: UInt8) throws(ImageStructureError) {
    blockStart = position - 1
    switch introducer {
    case 0x21: state = .extensionLabel
    case 0x2C: begin(.imageDescriptor, length: GIFImage.descriptorLength)
    case 0x3B:
      guard hasImageData else { throw .corrupt(.noImage, at: blockStart) }
      state = .ended
    default: try edits.append(.stray, blockStart..<position)
    }
  }

  private mutating func begin(_ state: State, length: Int) {
    self.state = state
    remaining = length
  }

  /// Takes bytes of the state's field.
  private mutating func take(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    switch state {
    case .screenDescriptor, .imageDescriptor:
      field.append(bytes, range, upTo: GIFImage.descriptorLength)
    case .subBlock:
      hasImageData = hasImageData || extensionBlock == nil
      extensionBlock?.take(bytes, range)
    default: break
    }
  }

  private mutating func endField() throws(ImageStructureError) {
    switch state {
    case .screenDescriptor:
      width = field.littleEndian16(at: 0)
      height = field.littleEndian16(at: 2)
      if width > 0, height > 0 { try limit.check(width: width, height: height, at: 0) }
      let length = GIFImage.colourTableLength(flags: field[4])
      if length > 0 { begin(.globalColourTable, length: length) } else { state = .blockIntroducer }
    case .imageDescriptor:
      let image = GIFImage(descriptor: field)
      // Some decoders enlarge their canvas for any image.
      let (right, bottom) = (max(width, image.right), max(height, image.bottom))
      try limit.check(width: right, height: bottom, at: blockStart)
      if imageCount == 0 { (width, height) = (right, bottom) }
      imageCount += 1
      if image.colourTableLength > 0 {
        begin(.localColourTable, length: image.colourTableLength)
      } else {
        state = .codeSize
      }
    case .globalColourTable: state = .blockIntroducer
    case .localColourTable: state = .codeSize
    default: state = .subBlockSize
    }
    field.removeAll(keepingCapacity: true)
  }

  /// Acts on a block terminator.
  private mutating func endBlock() throws(ImageStructureError) {
    state = .blockIntroducer
    guard let ended = extensionBlock else { return }
    extensionBlock = nil
    do throws(Corruption) {
      if try ended.remains() { return }
    } catch {
      throw .corrupt(error, at: blockStart)
    }
    try edits.append(ended.isOutOfForm ? .stray : .metadata, blockStart..<position)
  }
}
