extension BidirectionalCollection<UInt8> {
  /// The same bytes without the spaces and tabs at both ends.
  func trimmingWhitespace() -> SubSequence {
    let start = drop(while: ASCII.isWhitespace)
    guard let last = start.lastIndex(where: { !ASCII.isWhitespace($0) }) else { return start }
    return start[...last]
  }
}
