internal import HTTPSemantics

/// The moment at which a request was signed, in the forms that signature version 4 writes it.
struct SigningTime: Sendable, Equatable {
  let unixSeconds: Int64
  /// `20130524T000000Z`.
  let timestamp: String

  /// The day, `20130524`, to which a version 4 key is bound.
  var day: String { String(timestamp.prefix(8)) }

  init(unixSeconds: Int64) {
    self.unixSeconds = unixSeconds
    // RFC 3339's form without its dashes and colons.
    timestamp = RFC3339.format(unixSeconds).filter { $0 != "-" && $0 != ":" }
  }

  /// Reads the basic form of ISO 8601 that `X-Amz-Date` has: `20130524T000000Z`.
  init?(timestamp text: String) {
    let bytes = Array(text.utf8)
    guard
      bytes.count == 16, bytes[8] == UInt8(ascii: "T"), bytes[15] == UInt8(ascii: "Z"),
      let year = Self.number(bytes[0..<4]), let month = Self.number(bytes[4..<6]), let day = Self.number(bytes[6..<8]),
      let hour = Self.number(bytes[9..<11]), let minute = Self.number(bytes[11..<13]),
      let second = Self.number(bytes[13..<15]),
      let moment = CivilTime(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
    else { return nil }
    unixSeconds = moment.unixSeconds
    timestamp = text
  }

  /// Reads a `Date` or `x-amz-date` field: the basic form of ISO 8601, a date of RFC 9110, or one of RFC 5322 whose
  /// zone is a number, as older clients write it (`Tue, 27 Mar 2007 19:36:42 +0000`).
  init?(field text: String) {
    if let basic = SigningTime(timestamp: text) {
      self = basic
    } else if let moment = HTTPDate.parse(text) ?? Self.parseNumericZone(text) {
      self.init(unixSeconds: moment)
    } else {
      return nil
    }
  }

  private static func parseNumericZone(_ text: String) -> Int64? {
    let zone = Array(text.utf8.suffix(6))
    guard
      zone.count == 6, zone[0] == UInt8(ascii: " "),
      zone[1] == UInt8(ascii: "+") || zone[1] == UInt8(ascii: "-"),
      let hours = number(zone[2..<4]), let minutes = number(zone[4..<6]), hours < 24, minutes < 60,
      let local = HTTPDate.parse(String(decoding: text.utf8.dropLast(6), as: UTF8.self) + " GMT")
    else { return nil }
    let offset = Int64(hours * 3600 + minutes * 60)
    return zone[1] == UInt8(ascii: "+") ? local - offset : local + offset
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
    var value = 0
    for digit in digits {
      guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
      value = value * 10 + Int(digit - UInt8(ascii: "0"))
    }
    return value
  }
}
