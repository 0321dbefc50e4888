/// The reference for `ck_inner_product`, in double precision.
func innerProductReference(_ left: ArraySlice<Float>, _ right: ArraySlice<Float>) -> Double {
  zip(left, right).reduce(0) { $0 + Double($1.0) * Double($1.1) }
}
