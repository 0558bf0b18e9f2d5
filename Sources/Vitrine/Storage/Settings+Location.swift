internal import ProgramSettings

extension Settings {
  /// Where keys, pictures and objects lie, in words; never with a password.
  var location: String { shared == nil ? data : "the database of \(SettingsTable.database.name)" }
}
