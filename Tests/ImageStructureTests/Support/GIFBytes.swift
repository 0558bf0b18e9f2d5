/// Pieces to build GIF files from.
enum GIFBytes {
  static let signature = Array("GIF89a".utf8)
  static let globalTable: [UInt8] = [0, 0, 0, 255, 255, 255]
  static let image = frame(5, 3)
  static let trailer: [UInt8] = [0x3B]
  static let graphicControl: [UInt8] = [0x21, 0xF9, 4, 0, 10, 0, 0, 0]

  static func screen(_ width: Int, _ height: Int, flags: UInt8 = 0x80) -> [UInt8] {
    littleEndian(width) + littleEndian(height) + [flags, 0, 0]
  }

  static func frame(
    _ width: Int, _ height: Int, left: Int = 0, localTable: [UInt8] = [], flags: UInt8 = 0, codeSize: UInt8 = 2,
    data: [UInt8] = [2, 0x44, 0x01]
  ) -> [UInt8] {
    let position = littleEndian(left) + littleEndian(0)
    let size = littleEndian(width) + littleEndian(height)
    let pieces: [[UInt8]] = [[0x2C], position, size, [flags], localTable, [codeSize], data, [0]]
    return Array(pieces.joined())
  }

  /// An extension of these sub-blocks.
  static func `extension`(_ label: UInt8, _ subBlocks: [[UInt8]]) -> [UInt8] {
    [0x21, label] + subBlocks.flatMap { [UInt8($0.count)] + $0 } + [0]
  }

  static func application(_ identifier: String, _ subBlocks: [[UInt8]]) -> [UInt8] {
    `extension`(0xFF, [Array(identifier.utf8)] + subBlocks)
  }

  /// A whole file of 5 × 3 pixels with these blocks.
  static func file(_ blocks: [UInt8]) -> [UInt8] { signature + screen(5, 3) + globalTable + blocks + trailer }

  static func littleEndian(_ number: Int) -> [UInt8] { [UInt8(number & 0xFF), UInt8(number >> 8)] }
}
