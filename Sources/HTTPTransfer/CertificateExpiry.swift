internal import HTTPSemantics

/// When a certificate runs out, by the lines that libcurl has of it.
enum CertificateExpiry {
  /// Whole days from `now` (seconds since 1970), negative where it is over; nil where no line tells.
  static func daysLeft(_ lines: [String], now: Int64) -> Int? {
    for line in lines {
      guard line.hasPrefix(name), let moment = moment(line.dropFirst(name.count)) else { continue }
      return moment < now ? -1 : Int((moment - now) / 86_400)
    }
    return nil
  }

  private static let name = "Expire date:"

  /// `Mar  1 12:00:00 2027 GMT`, as OpenSSL prints it, or `2027-03-01 12:00:00 GMT`.
  private static func moment(_ text: Substring) -> Int64? {
    guard text.hasSuffix(" GMT") else { return nil }
    let time = text.dropLast(4)
    // The form of asctime(3), which begins with some day of the week.
    if let moment = HTTPDate.parse("Mon \(time)") { return moment }
    let parts = time.split(separator: " ")
    guard parts.count == 2 else { return nil }
    return RFC3339.parse("\(parts[0])T\(parts[1])Z")
  }
}
