/// The version of all executables, the package and the manual pages.
package let version = "0.1.0"
