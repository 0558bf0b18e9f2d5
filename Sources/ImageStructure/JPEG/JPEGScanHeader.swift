/// A scan header, SOS (ITU-T T.81, B.2.3).
enum JPEGScanHeader {
  /// Checks a scan header against its frame, as strictly as libjpeg does before it decodes.
  ///
  /// - Parameters:
  ///   - content: the segment's bytes behind its length.
  ///   - tables: the quantization tables defined so far, a bit for each.
  /// - Throws: `segmentLength`, `scanHeader`, `missingQuantizationTable`.
  static func check(_ content: [UInt8], frame: JPEGFrame, quantizationTables tables: UInt8) throws(Corruption) {
    guard let count = content.first.map(Int.init), content.count == 4 + 2 * count else { throw .segmentLength }
    guard (1...frame.components.count).contains(count) else { throw .scanHeader }
    var taken = Set<Int>()
    for index in 0..<count {
      let identifier = content[1 + 2 * index]
      let component = frame.components.indices.first { position in
        !taken.contains(position) && frame.components[position].identifier == identifier
      }
      guard let component else { throw .scanHeader }
      taken.insert(component)
      guard tables & 1 << frame.components[component].quantizationTable != 0 else { throw .missingQuantizationTable }
    }
    if frame.isProgressive { try checkProgression(content.suffix(3), componentCount: count) }
  }

  /// Spectral selection and successive approximation (G.1.1.1). Sequential decoders ignore these three bytes.
  private static func checkProgression(_ parameters: ArraySlice<UInt8>, componentCount: Int) throws(Corruption) {
    let (start, end) = (parameters[parameters.startIndex], parameters[parameters.startIndex + 1])
    let (high, low) = (parameters[parameters.startIndex + 2] >> 4, parameters[parameters.startIndex + 2] & 0x0F)
    let bandIsSound = start == 0 ? end == 0 : start <= end && end <= 63 && componentCount == 1
    guard bandIsSound, low <= 13, high == 0 || high == low + 1 else { throw .scanHeader }
  }
}
