package realm

const AgainEvery = againEvery
