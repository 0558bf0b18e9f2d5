/// Index of the first byte that does not belong to well-formed UTF-8; the end if there is none.
func firstIllFormedIndex(of bytes: ArraySlice<UInt8>) -> Int {
  var index = bytes.startIndex
  while index < bytes.endIndex {
    guard let length = wellFormedSequenceLength(at: index, of: bytes) else { break }
    index += length
  }
  return index
}

/// True of well-formed UTF-8: no surrogates, no overlong forms.
func isUTF8(_ bytes: [UInt8]) -> Bool {
  firstIllFormedIndex(of: bytes[...]) == bytes.endIndex
}

/// Length of the character that starts at an index; nil if there is no well-formed one (Unicode, table 3-7).
func wellFormedSequenceLength(at index: Int, of bytes: ArraySlice<UInt8>) -> Int? {
  let length: Int
  var second: ClosedRange<UInt8> = 0x80...0xBF
  switch bytes[index] {
  case 0x00...0x7F: return 1
  case 0xC2...0xDF: length = 2
  case 0xE0: (length, second) = (3, 0xA0...0xBF)
  case 0xED: (length, second) = (3, 0x80...0x9F)
  case 0xE1...0xEF: length = 3
  case 0xF0: (length, second) = (4, 0x90...0xBF)
  case 0xF1...0xF3: length = 4
  case 0xF4: (length, second) = (4, 0x80...0x8F)
  default: return nil
  }
  guard bytes.endIndex - index >= length, second.contains(bytes[index + 1]) else { return nil }
  for continuation in bytes[index + 2..<index + length] where !(0x80...0xBF).contains(continuation) {
    return nil
  }
  return length
}
