/// A pattern in which `*` stands for any number of characters and `?` for one.
struct WildcardPattern: Equatable, Sendable {
  let text: String
  private let bytes: [UInt8]

  init(_ text: String) {
    self.text = text
    bytes = Array(text.utf8)
  }

  /// Whether the whole of a text is as the pattern says. Time is at most the product of both lengths.
  func matches(_ subject: String) -> Bool {
    let subject = Array(subject.utf8)
    var position = 0
    var place = 0
    var star: (place: Int, position: Int)?
    while position < subject.count {
      if place < bytes.count, bytes[place] == UInt8(ascii: "*") {
        star = (place, position)
        place += 1
      } else if place < bytes.count, bytes[place] == UInt8(ascii: "?") || bytes[place] == subject[position] {
        place += 1
        position += 1
      } else if let last = star {
        star = (last.place, last.position + 1)
        place = last.place + 1
        position = last.position + 1
      } else {
        return false
      }
    }
    return bytes[place...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}
