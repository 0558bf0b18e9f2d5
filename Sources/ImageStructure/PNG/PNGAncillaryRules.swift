/// Which lengths an ancillary chunk that matters to rendering may have (PNG third edition, 11.3).
///
/// Decoders ignore such a chunk of any other length, so that it could hold anything. Of a tRNS that is longer than it
/// should be some take the beginning, and others nothing.
struct PNGAncillaryRules {
  /// Beyond this length every decoder ignores a tRNS.
  static let longestTransparency = 256

  let colourType: PNGHeader.ColourType
  /// Entries of PLTE, 0 without one.
  let paletteEntries: Int

  func accepts(_ type: PNGChunkType, length: Int) -> Bool {
    switch type {
    case .transparency: transparencyLength.map { ($0...Self.longestTransparency).contains(length) } ?? false
    case .chromaticities: length == 32
    case .gamma, .codingIndependentCodePoints: length == 4
    case .embeddedProfile, .suggestedPalette: length > 0
    case .significantBits: length == significantBitsLength
    case .standardColourSpace: length == 1
    case .masteringDisplayColourVolume: length == 24
    case .contentLightLevel, .animationControl: length == 8
    case .background: length == backgroundLength
    case .histogram: paletteEntries > 0 && length == 2 * paletteEntries
    case .physicalDimensions: length == 9
    case .frameControl: length == 26
    case .frameData: length >= 4
    case .imageHeader, .palette, .imageData, .imageEnd, .exif: true
    }
  }

  /// How long a tRNS is at least; nil where there may be none.
  private var transparencyLength: Int? {
    switch colourType {
    case .greyscale: 2
    case .truecolour: 6
    case .indexed: paletteEntries > 0 ? 1 : nil
    case .greyscaleAlpha, .truecolourAlpha: nil
    }
  }

  /// How many bytes of a tRNS of that length decoders use.
  func usefulTransparency(_ length: Int) -> Int {
    min(length, colourType == .indexed ? paletteEntries : transparencyLength ?? 0)
  }

  private var significantBitsLength: Int {
    switch colourType {
    case .greyscale: 1
    case .greyscaleAlpha: 2
    case .truecolour, .indexed: 3
    case .truecolourAlpha: 4
    }
  }

  private var backgroundLength: Int {
    switch colourType {
    case .indexed: 1
    case .greyscale, .greyscaleAlpha: 2
    case .truecolour, .truecolourAlpha: 6
    }
  }
}
