internal import HTTPSemantics
public import HTTPTransfer

/// What the answer for an archive that is not there says of a site that is no image host.
public enum ArchiveSiteJudgement: Equatable, Sendable {
  /// The program answers: the site offers the archives.
  case archives
  /// The archives are served there, but not by the program.
  case unreached(Finding)
  /// The site answers as for any other path.
  case otherSite

  /// Judges the answer to `GET /archive/<no folder>/`.
  public init(_ response: HTTPResponse, asked origin: HTTPOrigin) {
    if response.status == 404, response.json?["code"]?.stringValue == "not-found" {
      self = .archives
    } else if [502, 503, 504].contains(response.status),
      case .hopeless(let finding) = FirstAnswer(response, asked: origin)
    {
      self = .unreached(finding)
    } else {
      self = .otherSite
    }
  }
}
