use costate_adjoint::autodiff::{Layout, Shape};
use costate_neural::{Activation, Model, SymplecticOdeNet, TensorError, tensors};
use proptest::prelude::*;

proptest! {
    #[test]
    fn what_was_written_is_read(
        shapes in prop::collection::vec((0..4_usize, 0..4_usize), 0..5),
        numbers in prop::collection::vec(any::<f64>().prop_filter("finite", |x| x.is_finite()), 9 * 5),
    ) {
        let arrays = shapes.iter().enumerate().map(|(k, &(m, n))| (format!("array {k}"), Shape::new(m, n)));
        let layout = Layout::new(arrays).unwrap();
        let flat = &numbers[..layout.len()];
        let bytes = tensors::to_bytes(&layout, flat).unwrap();
        prop_assert_eq!(tensors::from_bytes::<f64>(&layout, &bytes).unwrap(), flat);
        // Some of the arrays, in another order.
        let last = layout.entries().iter().rev().take(2).map(|e| (e.name.clone(), e.shape));
        let some = Layout::new(last).unwrap();
        let found = tensors::from_bytes::<f64>(&some, &bytes).unwrap();
        for entry in some.entries() {
            prop_assert_eq!(&found[entry.range()], layout.view(&entry.name, flat).unwrap());
        }
        // In single precision, rounded once.
        let single: Vec<f32> = flat.iter().map(|&x| (x / 1e300) as f32).collect();
        let bytes = tensors::to_bytes(&layout, &single).unwrap();
        prop_assert_eq!(tensors::from_bytes::<f32>(&layout, &bytes).unwrap(), single.clone());
        let double: Vec<f64> = single.iter().copied().map(f64::from).collect();
        prop_assert_eq!(tensors::from_bytes::<f64>(&layout, &bytes).unwrap(), double);
    }

    /// No bytes bring anything down.
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let layout = Layout::new([("a", Shape::new(2, 2))]).unwrap();
        prop_assert!(tensors::from_bytes::<f64>(&layout, &bytes).is_err());
    }
}

/// Row by row, with the names that the layout has: what a library that knows nothing of this one sees.
#[test]
fn the_format_is_that_of_others() {
    let layout = Layout::new([("w", Shape::new(2, 3)), ("b", Shape::column(2))]).unwrap();
    let bytes = tensors::to_bytes(&layout, &[1.0, 4.0, 2.0, 5.0, 3.0, 6.0, 7.0, 8.0]).unwrap();
    let header = u64::from_le_bytes(*bytes.first_chunk().unwrap()) as usize;
    let text = std::str::from_utf8(&bytes[8..8 + header]).unwrap();
    assert!(text.contains(r#""w":{"dtype":"F64","shape":[2,3]"#), "{text}");
    assert!(text.contains(r#""b":{"dtype":"F64","shape":[2]"#), "{text}");
    let (numbers, _) = bytes[8 + header..].as_chunks();
    let mut numbers: Vec<f64> = numbers.iter().map(|x| f64::from_le_bytes(*x)).collect();
    // Which tensor comes first is the format's affair.
    if numbers[0] == 7.0 {
        numbers.rotate_left(2);
    }
    assert_eq!(numbers, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]);
}

#[test]
fn mistakes_are_named() {
    let layout = Layout::new([("w", Shape::new(2, 2))]).unwrap();
    let bytes = tensors::to_bytes(&layout, &[1.0, 2.0, 3.0, 1e300]).unwrap();
    let of = |name: &str, shape| Layout::new([(name, shape)]).unwrap();
    let missing = tensors::from_bytes::<f64>(&of("v", Shape::new(2, 2)), &bytes).unwrap_err();
    assert_eq!(missing.to_string(), "there is no tensor `v` in the file; there are: w");
    let shape = tensors::from_bytes::<f64>(&of("w", Shape::new(4, 1)), &bytes).unwrap_err();
    assert!(matches!(shape, TensorError::Shape { ref name, .. } if name == "w"), "{shape}");
    let large = tensors::from_bytes::<f32>(&layout, &bytes).unwrap_err();
    assert!(matches!(large, TensorError::NotFinite { index: 3, value: 1e300, .. }), "{large}");
    let short = tensors::to_bytes(&layout, &[1.0]).unwrap_err();
    assert!(matches!(short, TensorError::Length { expected: 4, found: 1 }));
    let unnamed = Layout::unnamed([Shape::SCALAR]).unwrap();
    assert!(matches!(tensors::to_bytes(&unnamed, &[1.0]), Err(TensorError::Unnamed { index: 0 })));
    let nowhere = tensors::load::<f64>("no such folder/p.safetensors", &layout).unwrap_err();
    assert!(nowhere.to_string().starts_with("no such folder/p.safetensors: "));
}

#[test]
fn a_model_comes_back_from_its_file() {
    let model = SymplecticOdeNet::new([&[8, 8], &[6], &[6]], Activation::Softplus).unwrap();
    let (layout, p) = (model.parameters().unwrap(), model.initial::<f32>(1).unwrap());
    let path =
        std::env::temp_dir().join(format!("costate-neural-{}.safetensors", std::process::id()));
    tensors::save(&path, &layout, &p).unwrap();
    let again = tensors::load::<f32>(&path, &layout);
    std::fs::remove_file(&path).unwrap();
    assert_eq!(again.unwrap(), p);
}
