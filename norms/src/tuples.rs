//! Products of spaces: a tuple has the leaves of its members, in order.

use crate::Space;

macro_rules! product {
    ($first:ident $($name:ident)* ; $($member:ident $index:tt),+) => {
        impl<$first: Space, $($name: Space<Scalar = $first::Scalar>),*> Space for ($first, $($name),*) {
            type Scalar = $first::Scalar;
            const LEAVES: usize = 0 $(+ $member::LEAVES)+;
            #[inline]
            fn leaf(&self, index: usize) -> &[Self::Scalar] {
                let mut index = index;
                $(
                    if index < $member::LEAVES { return self.$index.leaf(index); }
                    index -= $member::LEAVES;
                )+
                let _ = index;
                &[]
            }
            #[inline]
            fn leaf_mut(&mut self, index: usize) -> &mut [Self::Scalar] {
                let mut index = index;
                $(
                    if index < $member::LEAVES { return self.$index.leaf_mut(index); }
                    index -= $member::LEAVES;
                )+
                let _ = index;
                &mut []
            }
            fn zeros_like(&self) -> Self {
                ($(self.$index.zeros_like(),)+)
            }
            fn same_shape(&self, other: &Self) -> bool {
                true $(&& self.$index.same_shape(&other.$index))+
            }
        }
    };
}

product!(A B; A 0, B 1);
product!(A B C; A 0, B 1, C 2);
product!(A B C D; A 0, B 1, C 2, D 3);
