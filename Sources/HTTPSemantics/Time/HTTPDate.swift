/// Dates in header fields (RFC 9110 §5.6.7), to and from seconds since 1970.
public enum HTTPDate {
  static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  static let longWeekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
  static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  /// The IMF-fixdate of a moment: `Sun, 06 Nov 1994 08:49:37 GMT`. Clamped to the years 1970 to 9999.
  public static func format(_ unixSeconds: Int64) -> String {
    let time = CivilTime(unixSeconds: unixSeconds)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(29)
    bytes.append(contentsOf: weekdays[time.weekday].utf8)
    bytes.append(ASCII.comma)
    bytes.append(ASCII.space)
    bytes.appendDecimal(time.day, width: 2)
    bytes.append(ASCII.space)
    bytes.append(contentsOf: months[time.month - 1].utf8)
    bytes.append(ASCII.space)
    bytes.appendDecimal(time.year, width: 4)
    bytes.append(ASCII.space)
    bytes.appendDecimal(time.hour, width: 2)
    bytes.append(ASCII.colon)
    bytes.appendDecimal(time.minute, width: 2)
    bytes.append(ASCII.colon)
    bytes.appendDecimal(time.second, width: 2)
    bytes.append(contentsOf: " GMT".utf8)
    return String(decoding: bytes, as: UTF8.self)
  }
}
