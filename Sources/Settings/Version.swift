/// The version of all executables, the package and the manual pages.
public let version = "0.1.0"
