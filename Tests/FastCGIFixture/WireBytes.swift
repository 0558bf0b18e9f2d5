public import FastCGIWire

/// Records as a web server would write them, byte by byte.
public enum WireBytes {
  /// A record; its padding is not zero, to be seen if it ever gets through.
  public static func record(_ type: RecordType, _ content: [UInt8] = [], id: UInt16 = 1, padding: Int = 0) -> [UInt8] {
    [
      1, type.rawValue, UInt8(id >> 8), UInt8(id & 0xFF), UInt8(content.count >> 8), UInt8(content.count & 0xFF),
      UInt8(padding), 0,
    ] + content + [UInt8](repeating: 0xEE, count: padding)
  }

  /// FCGI_BEGIN_REQUEST.
  public static func begin(role: UInt16 = 1, keeps: Bool = true, id: UInt16 = 1) -> [UInt8] {
    record(.beginRequest, [UInt8(role >> 8), UInt8(role & 0xFF), keeps ? 1 : 0, 0, 0, 0, 0, 0], id: id)
  }

  /// Name-value pairs.
  public static func pairs(_ values: KeyValuePairs<String, String>) -> [UInt8] {
    var bytes: [UInt8] = []
    for (name, value) in values { bytes.appendPair(name: Array(name.utf8), value: Array(value.utf8)) }
    return bytes
  }

  /// A whole request: its streams in records of at most `chunk` bytes, each ended by an empty record.
  public static func request(
    _ parameters: [UInt8] = pairs(["REQUEST_METHOD": "GET"]), body: [UInt8] = [], id: UInt16 = 1, keeps: Bool = true,
    padding: Int = 0, chunk: Int = 65_535
  ) -> [UInt8] {
    begin(keeps: keeps, id: id) + stream(.parameters, parameters, id, padding, chunk)
      + stream(.standardInput, body, id, padding, chunk)
  }

  private static func stream(
    _ type: RecordType, _ content: [UInt8], _ id: UInt16, _ padding: Int, _ chunk: Int
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    for start in stride(from: 0, to: content.count, by: chunk) {
      bytes += record(type, Array(content[start..<min(start + chunk, content.count)]), id: id, padding: padding)
    }
    return bytes + record(type, id: id, padding: padding)
  }
}
