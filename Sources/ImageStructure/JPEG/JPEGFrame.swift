/// A frame header, SOF (ITU-T T.81, B.2.2).
struct JPEGFrame: Sendable {
  struct Component: Sendable {
    let identifier: UInt8
    let quantizationTable: UInt8
    let horizontalSampling: Int
    let verticalSampling: Int
  }

  let width: Int
  let height: Int
  let isProgressive: Bool
  /// Whether its scans are those of F.2.2: each has whole blocks, in Huffman codes.
  let isSequentialHuffman: Bool
  let components: [Component]

  /// - Parameter content: the segment's bytes behind its length.
  /// - Throws: `frameHeader` for a coding process outside baseline, extended sequential and progressive (Huffman or
  ///   arithmetic), which is what libjpeg decodes; `segmentLength`.
  init(_ marker: JPEGMarker, _ content: [UInt8]) throws(Corruption) {
    guard content.count >= 6 else { throw .segmentLength }
    let componentCount = Int(content[5])
    guard content.count == 6 + 3 * componentCount else { throw .segmentLength }
    let precisions: [UInt8]
    switch marker.rawValue {
    case 0xC0: precisions = [8]
    case 0xC1, 0xC2, 0xC9, 0xCA: precisions = [8, 12]
    default: throw .frameHeader
    }
    guard precisions.contains(content[0]), (1...4).contains(componentCount) else { throw .frameHeader }
    var components: [Component] = []
    for index in 0..<componentCount {
      let at = 6 + 3 * index
      let (horizontal, vertical) = (content[at + 1] >> 4, content[at + 1] & 0x0F)
      guard (1...4).contains(horizontal), (1...4).contains(vertical), content[at + 2] <= 3 else { throw .frameHeader }
      components.append(
        Component(
          identifier: content[at], quantizationTable: content[at + 2], horizontalSampling: Int(horizontal),
          verticalSampling: Int(vertical)))
    }
    height = content.bigEndian16(at: 1)
    width = content.bigEndian16(at: 3)
    isSequentialHuffman = marker.rawValue == 0xC0 || marker.rawValue == 0xC1
    isProgressive = marker.rawValue == 0xC2 || marker.rawValue == 0xCA
    self.components = components
  }
}
